package dev.sana4j.hub;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An answer that says: ask again later. */
final class BusyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Duration wait;

  /**
   * An answer.
   *
   * @param message who said what
   * @param wait how long to wait as the server wishes, or null if it does not say
   */
  BusyException(String message, @Nullable Duration wait) {
    super(message);
    this.wait = wait;
  }

  @Nullable Duration waitingTime() {
    return wait;
  }
}
