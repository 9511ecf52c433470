package dev.sana4j.emoji.evaluate;

import dev.sana4j.files.SanaException;

/** An evaluation that cannot run; the message is one line for the user. */
public final class EvaluationException extends SanaException {
  private static final long serialVersionUID = 1L;

  /**
   * With a message for the user.
   *
   * @param message what is wrong and what to do
   */
  public EvaluationException(String message) {
    super(message);
  }

  /**
   * With a message for the user and the cause.
   *
   * @param message what is wrong and what to do
   * @param cause the cause
   */
  public EvaluationException(String message, Throwable cause) {
    super(message, cause);
  }
}
