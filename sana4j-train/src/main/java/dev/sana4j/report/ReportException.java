package dev.sana4j.report;

import dev.sana4j.files.SanaException;

/** A report that cannot be started; the message is one line for the user. */
public final class ReportException extends SanaException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception with a message for the user.
   *
   * @param message what is wrong and what to do
   */
  public ReportException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a message for the user and the cause.
   *
   * @param message what is wrong and what to do
   * @param cause the cause
   */
  public ReportException(String message, Throwable cause) {
    super(message, cause);
  }
}
