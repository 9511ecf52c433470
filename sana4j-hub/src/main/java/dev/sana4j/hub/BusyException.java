package dev.sana4j.hub;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An answer that asks the client to retry later. */
final class BusyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Duration wait;

  /**
   * Creates an exception.
   *
   * @param message the host and its answer
   * @param wait the waiting time that the server asks for, or null
   */
  BusyException(String message, @Nullable Duration wait) {
    super(message);
    this.wait = wait;
  }

  @Nullable Duration waitingTime() {
    return wait;
  }
}
