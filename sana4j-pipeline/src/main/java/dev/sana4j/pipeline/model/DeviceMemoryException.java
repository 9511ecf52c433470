package dev.sana4j.pipeline.model;

import dev.sana4j.files.SanaException;

/** The free memory of a GPU does not suffice for a model. */
public final class DeviceMemoryException extends SanaException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message one line that says what to do
   */
  public DeviceMemoryException(String message) {
    super(message);
  }
}
