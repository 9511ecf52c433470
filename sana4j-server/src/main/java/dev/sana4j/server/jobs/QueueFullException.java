package dev.sana4j.server.jobs;

import dev.sana4j.files.SanaException;
import java.time.Duration;

/** The queue is full. */
public final class QueueFullException extends SanaException {
  private static final long serialVersionUID = 1L;

  private final Duration retryAfter;

  QueueFullException(String message, Duration retryAfter) {
    super(message);
    this.retryAfter = retryAfter;
  }

  /**
   * Returns when the client should retry.
   *
   * @return an estimate
   */
  public Duration retryAfter() {
    return retryAfter;
  }
}
