package dev.sana4j.diffusion;

import dev.sana4j.files.SanaException;

/** Thrown when a {@link StepListener} cancels the sampling. */
public final class SamplingCancelledException extends SanaException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message the step after which the sampling was cancelled
   */
  public SamplingCancelledException(String message) {
    super(message);
  }
}
