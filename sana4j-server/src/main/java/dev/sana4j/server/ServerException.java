package dev.sana4j.server;

/** A server that cannot be started; the message is one line. */
public final class ServerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * A refusal.
   *
   * @param message one line that says what to do
   */
  public ServerException(String message) {
    super(message);
  }
}
