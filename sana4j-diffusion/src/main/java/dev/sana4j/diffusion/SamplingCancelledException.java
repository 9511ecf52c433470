package dev.sana4j.diffusion;

import dev.sana4j.files.SanaException;

/** A {@link StepListener} asked to stop. */
public final class SamplingCancelledException extends SanaException {
  private static final long serialVersionUID = 1L;

  /**
   * Stopped.
   *
   * @param message after what
   */
  public SamplingCancelledException(String message) {
    super(message);
  }
}
