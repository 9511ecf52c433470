package dev.sana4j.diffusion;

/** A {@link StepListener} asked to stop. */
public final class SamplingCancelledException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Stopped after a step.
   *
   * @param step the last step taken, from 0
   */
  public SamplingCancelledException(int step) {
    super("cancelled after step " + (step + 1));
  }
}
