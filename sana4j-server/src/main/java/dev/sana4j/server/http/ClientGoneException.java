package dev.sana4j.server.http;

/** There is nobody to answer any more. */
public final class ClientGoneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A client has hung up. */
  public ClientGoneException() {
    super("the client has hung up");
  }
}
