package dev.sana4j.recipe;

import dev.sana4j.files.SanaException;

/** A training config that cannot be used; the message is one line for the user. */
public final class RecipeException extends SanaException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception with a message for the user.
   *
   * @param message what is wrong and what to do
   */
  public RecipeException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a message for the user and the cause.
   *
   * @param message what is wrong and what to do
   * @param cause the cause
   */
  public RecipeException(String message, Throwable cause) {
    super(message, cause);
  }
}
