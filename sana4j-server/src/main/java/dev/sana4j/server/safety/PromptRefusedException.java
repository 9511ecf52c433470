package dev.sana4j.server.safety;

import dev.sana4j.files.SanaException;

/** A prompt of which no image is made. */
public final class PromptRefusedException extends SanaException {
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
