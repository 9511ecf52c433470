package dev.sana4j.train;

import dev.sana4j.files.SanaException;

/** A training that cannot start or continue; the message is one line for the user. */
public final class TrainingException extends SanaException {
  private static final long serialVersionUID = 1L;

  /**
   * With a message for the user.
   *
   * @param message what is wrong and what to do
   */
  public TrainingException(String message) {
    super(message);
  }

  /**
   * With a message for the user and the cause.
   *
   * @param message what is wrong and what to do
   * @param cause what happened underneath
   */
  public TrainingException(String message, Throwable cause) {
    super(message, cause);
  }
}
