package dev.sana4j.diffusion;

import dev.sana4j.tensor.Tensor;

/** A change of the latents after each step, for example to keep a part of them fixed. */
@FunctionalInterface
public interface LatentEdit {

  /** Changes nothing. */
  LatentEdit NONE = (next, latents) -> latents;

  /**
   * Called after every step, within its scope.
   *
   * @param next the next step, from 1; after the last step the number of steps
   * @param latents (B, C, H, W) after a step
   * @return the latents for the next step
   */
  Tensor apply(int next, Tensor latents);
}
