package dev.sana4j.server.safety;

import dev.sana4j.files.SanaException;

/** A prompt was refused. */
public final class PromptRefusedException extends SanaException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param reason one line for the client
   */
  public PromptRefusedException(String reason) {
    super(reason);
  }
}
