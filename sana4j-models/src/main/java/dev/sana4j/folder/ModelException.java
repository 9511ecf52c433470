package dev.sana4j.folder;

import dev.sana4j.files.FileException;

/** A model folder is missing, incomplete, or of an unsupported kind. */
public final class ModelException extends FileException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message one line: what is wrong and what to do about it
   */
  public ModelException(String message) {
    super(message);
  }
}
