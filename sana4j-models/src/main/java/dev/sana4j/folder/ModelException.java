package dev.sana4j.folder;

import dev.sana4j.files.FileException;

/** A model folder that is not there, not complete, or not of a kind sana4j knows. */
public final class ModelException extends FileException {
  private static final long serialVersionUID = 1L;

  /**
   * A refusal.
   *
   * @param message one line that says what to do
   */
  public ModelException(String message) {
    super(message);
  }
}
