package dev.sana4j.pipeline.request;

import dev.sana4j.files.SanaException;

/** A request that cannot be fulfilled. */
public final class RequestException extends SanaException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message one line that says what to do
   */
  public RequestException(String message) {
    super(message);
  }
}
