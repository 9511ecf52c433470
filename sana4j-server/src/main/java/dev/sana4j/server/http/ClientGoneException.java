package dev.sana4j.server.http;

import dev.sana4j.files.SanaException;

/** The client has disconnected. */
public final class ClientGoneException extends SanaException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception. */
  public ClientGoneException() {
    super("the client has disconnected");
  }
}
