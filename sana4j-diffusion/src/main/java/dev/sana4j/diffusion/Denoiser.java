package dev.sana4j.diffusion;

import dev.sana4j.tensor.Tensor;

/** A network bound to its text; a sampler calls it once per step. */
@FunctionalInterface
public interface Denoiser {

  /**
   * Predicts the velocity (noise - image) for flow samplers, or the TrigFlow field for the
   * consistency sampler.
   *
   * @param latents (B, C, H, W), float32
   * @param time in the units of the sampler's {@link Sampler#times}
   * @return (B, C, H, W), float32
   */
  Tensor predict(Tensor latents, double time);
}
