package dev.sana4j.measure;

import dev.sana4j.files.SanaException;

/** A measurement is not possible: a file is missing or damaged, or the settings do not fit. */
public final class MeasureException extends SanaException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message one line that says what to do
   */
  public MeasureException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message one line that says what to do
   * @param cause the error that led to it
   */
  public MeasureException(String message, Throwable cause) {
    super(message, cause);
  }
}
