package dev.sana4j.server.http;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Aborts uploads that are too slow, so that none occupies a thread and a part of the heap for long.
 * The rate is measured per upload.
 */
public final class UploadRateLimit extends Handler.Wrapper {
  private final long bytesPerSecond;
  private final long graceNanos;
  private final LongSupplier nanoTime;

  /**
   * Creates a limit.
   *
   * @param bytesPerSecond minimum average rate of a body after the grace period
   * @param grace time before the rate is checked
   */
  public UploadRateLimit(long bytesPerSecond, Duration grace) {
    this(bytesPerSecond, grace, System::nanoTime);
  }

  /** Uses another clock, in nanoseconds. */
  UploadRateLimit(long bytesPerSecond, Duration grace, LongSupplier nanoTime) {
    this.bytesPerSecond = bytesPerSecond;
    this.graceNanos = grace.toNanos();
    this.nanoTime = nanoTime;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    return super.handle(new Paced(request), response, callback);
  }

  /**
   * Measures one upload. Jetty calls it from one thread at a time: it reads, and demands more when
   * it has no data.
   */
  private final class Paced extends Request.Wrapper {
    private boolean begun;
    private long beganAt;
    private long bytes;
    private Content.@Nullable Chunk failure;

    Paced(Request request) {
      super(request);
    }

    @Override
    public Content.@Nullable Chunk read() {
      if (failure != null) {
        return failure;
      }
      Content.Chunk chunk = super.read();
      if (chunk != null) {
        bytes += chunk.remaining();
      }
      return chunk;
    }

    @Override
    public void demand(Runnable more) {
      if (isLate()) {
        failure = Content.Chunk.from(new TimeoutException("the body is sent too slowly"));
        more.run();
      } else {
        super.demand(more);
      }
    }

    private boolean isLate() {
      if (!begun) {
        begun = true;
        beganAt = nanoTime.getAsLong();
      }
      double counted = (nanoTime.getAsLong() - beganAt - graceNanos) / 1e9;
      return bytes < counted * bytesPerSecond;
    }
  }
}
