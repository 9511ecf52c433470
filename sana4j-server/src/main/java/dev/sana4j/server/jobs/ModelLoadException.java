package dev.sana4j.server.jobs;

import dev.sana4j.files.SanaException;

/** A model that cannot be loaded; the message is one line for clients, without paths. */
public final class ModelLoadException extends SanaException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message one line
   * @param cause for the log
   */
  public ModelLoadException(String message, Throwable cause) {
    super(message, cause);
  }
}
