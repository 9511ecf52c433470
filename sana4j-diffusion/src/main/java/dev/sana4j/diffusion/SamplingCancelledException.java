package dev.sana4j.diffusion;

import dev.sana4j.files.SanaException;

/** Thrown when a {@link StepListener} cancels a sampling. */
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
