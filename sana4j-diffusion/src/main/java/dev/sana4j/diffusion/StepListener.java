package dev.sana4j.diffusion;

import dev.sana4j.tensor.Tensor;

/** Receives every step, and may cancel the sampling. */
@FunctionalInterface
public interface StepListener {

  /**
   * State after a step.
   *
   * @param index the step, from 0
   * @param count how many steps there are
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
