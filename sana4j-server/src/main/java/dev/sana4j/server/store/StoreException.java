package dev.sana4j.server.store;

import dev.sana4j.files.SanaException;

/** A store that cannot be opened, read or written; the message is one line. */
public final class StoreException extends SanaException {
  /** What clients are sent instead of the message, which may name folders of the server. */
  public static final String FOR_CLIENTS =
      "the server cannot use its store of jobs, its disk may be full; retry later";

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message one line that says what to do
   */
  public StoreException(String message) {
    super(message);
  }

  StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
