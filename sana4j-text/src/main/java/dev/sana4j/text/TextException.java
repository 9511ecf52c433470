package dev.sana4j.text;

import dev.sana4j.files.SanaException;

/** A prompt or a tokenizer file cannot be used. The message is one line that gives the reason. */
public final class TextException extends SanaException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message one line: what is wrong and, where possible, what to do about it
   */
  public TextException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message one line: what is wrong and, where possible, what to do about it
   * @param cause the underlying error
   */
  public TextException(String message, Throwable cause) {
    super(message, cause);
  }
}
