package dev.sana4j.server.http;

import dev.sana4j.files.SanaException;

/** There is nobody to answer any more. */
public final class ClientGoneException extends SanaException {
  private static final long serialVersionUID = 1L;

  /** A client has hung up. */
  public ClientGoneException() {
    super("the client has hung up");
  }
}
