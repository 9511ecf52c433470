package dev.sana4j.diffusion;

/** A {@link StepListener} asked to stop. */
public final class SamplingCancelledException extends RuntimeException {
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
