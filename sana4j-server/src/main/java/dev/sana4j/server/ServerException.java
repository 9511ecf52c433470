package dev.sana4j.server;

import dev.sana4j.files.SanaException;

/** A server that cannot be started; the message is one line. */
public final class ServerException extends SanaException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message one line that says what to do
   */
  public ServerException(String message) {
    super(message);
  }
}
