package dev.sana4j.data;

import dev.sana4j.files.SanaException;

/** A data set that cannot be used; the message is one line for the user. */
public final class DataException extends SanaException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception with a message for the user.
   *
   * @param message what is wrong and what to do
   */
  public DataException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a message for the user and the cause.
   *
   * @param message what is wrong and what to do
   * @param cause the cause
   */
  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
