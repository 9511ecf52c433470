package dev.sana4j.diffusion;

import dev.sana4j.tensor.Tensor;

/** A change of the latents after each step, for example to keep a part of them fixed. */
@FunctionalInterface
public interface LatentEdit {

  /** Leaves them unchanged. */
  LatentEdit NONE = (next, latents) -> latents;

  /**
   * Called after every step, within its scope.
   *
   * @param next the next step, from 1; the number of steps after the last one
   * @param latents (B, C, H, W) after a step
   * @return the input of the next step
   */
  Tensor apply(int next, Tensor latents);
}
