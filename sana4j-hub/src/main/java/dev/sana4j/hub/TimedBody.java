package dev.sana4j.hub;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The body of an answer, with a timeout for each read. */
final class TimedBody extends FilterInputStream {
  private static final long IDLE = Long.MAX_VALUE;
  private static final int CHECKS = 4;

  private final long timeoutNanos;
  private final ScheduledFuture<?> check;
  private final Consumer<TimedBody> closed;
  private volatile long readingSince = IDLE;
  private volatile boolean late;

  /** Adds a timeout for the body, because java.net.http supports one only for the headers. */
  TimedBody(
      InputStream body,
      Duration timeout,
      ScheduledExecutorService clock,
      Consumer<TimedBody> closed) {
    super(body);
    this.closed = closed;
    timeoutNanos = timeout.toNanos();
    long period = Math.max(1, timeoutNanos / CHECKS);
    check = clock.scheduleAtFixedRate(this::check, period, period, TimeUnit.NANOSECONDS);
  }

  private void check() {
    long since = readingSince;
    if (since != IDLE && System.nanoTime() - since > timeoutNanos) {
      late = true;
      try {
        in.close(); // wakes the reader
      } catch (IOException e) {
        check.cancel(false);
      }
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    int count = read(one, 0, 1);
    return count < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    readingSince = System.nanoTime();
    try {
      int count = in.read(bytes, offset, length);
      if (count < 0 && late) {
        throw tooLate();
      }
      return count;
    } catch (IOException e) {
      throw late ? tooLate() : e;
    } finally {
      readingSince = IDLE;
    }
  }

  private static IOException tooLate() {
    return new HttpTimeoutException("no data in time");
  }

  @Override
  public void close() throws IOException {
    closed.accept(this);
    check.cancel(false);
    in.close();
  }
}
