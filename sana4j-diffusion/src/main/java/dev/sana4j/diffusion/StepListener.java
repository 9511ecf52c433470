package dev.sana4j.diffusion;

import dev.sana4j.tensor.Tensor;

/** Notified after every step; may cancel the sampling. */
@FunctionalInterface
public interface StepListener {

  /**
   * Result of a step.
   *
   * @param index the step, from 0
   * @param count number of steps
   * @param latents (B, C, H, W) after the step; valid during the call
   * @param denoised the current estimate of the clean latents; valid during the call
   */
  record Step(int index, int count, Tensor latents, Tensor denoised) {}

  /**
   * Called after every step.
   *
   * @param step its result
   * @return true to continue, false to cancel
   */
  boolean onStep(Step step);
}
