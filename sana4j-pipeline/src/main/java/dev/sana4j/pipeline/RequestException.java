package dev.sana4j.pipeline;

/** A request that cannot be fulfilled. */
public final class RequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * A refusal.
   *
   * @param message one line that says what to do
   */
  public RequestException(String message) {
    super(message);
  }
}
