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
 * Cuts bodies that come too slowly, so that none holds a thread and a share of the heap for long.
 * Each is held to its own pace, however busy the server is with others.
 */
public final class UploadRateLimit extends Handler.Wrapper {
  private final long bytesPerSecond;
  private final long graceNanos;
  private final LongSupplier nanoTime;

  /**
   * With a pace.
   *
   * @param bytesPerSecond the least of a body, on average after the grace
   * @param grace in which nothing need come
   */
  public UploadRateLimit(long bytesPerSecond, Duration grace) {
    this(bytesPerSecond, grace, System::nanoTime);
  }

  /** By another clock, in nanoseconds. */
  UploadRateLimit(long bytesPerSecond, Duration grace, LongSupplier nanoTime) {
    this.bytesPerSecond = bytesPerSecond;
    this.graceNanos = grace.toNanos();
    this.nanoTime = nanoTime;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    return super.handle(new Paced(request), response, callback);
  }

  /** Jetty reads, and asks for more when nothing is there: by one thread at a time. */
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
        failure = Content.Chunk.from(new TimeoutException("the body comes too slowly"));
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
