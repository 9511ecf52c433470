package dev.sana4j.server.store;

import dev.sana4j.files.SanaException;

/** A store that cannot be opened, read or written; the message is one line. */
public final class StoreException extends SanaException {
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
