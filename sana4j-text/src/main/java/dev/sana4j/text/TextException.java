package dev.sana4j.text;

import dev.sana4j.files.SanaException;

/** A prompt or a tokenizer file that cannot be used; the message is one line and says why. */
public final class TextException extends SanaException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message one line: what is wrong, and where possible what to do
   */
  public TextException(String message) {
    super(message);
  }

  /**
   * Creates an exception with the error that led to it.
   *
   * @param message one line: what is wrong, and where possible what to do
   * @param cause the error underneath
   */
  public TextException(String message, Throwable cause) {
    super(message, cause);
  }
}
