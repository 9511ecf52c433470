package dev.sana4j.diffusion;

import dev.sana4j.tensor.Tensor;

/** What is done to the latents after each step, for example to hold a part of them. */
@FunctionalInterface
public interface LatentEdit {

  /** Leaves them as they are. */
  LatentEdit NONE = (next, latents) -> latents;

  /**
   * Called after every step, within its scope.
   *
   * @param next the step they are for, from 1; the number of steps when there is none any more
   * @param latents (B, C, H, W) after a step
   * @return what the next step shall see
   */
  Tensor apply(int next, Tensor latents);
}
