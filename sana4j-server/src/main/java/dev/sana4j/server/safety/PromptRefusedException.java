package dev.sana4j.server.safety;

/** A prompt of which no image is made. */
public final class PromptRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * A refusal.
   *
   * @param reason one line for the client
   */
  public PromptRefusedException(String reason) {
    super(reason);
  }
}
