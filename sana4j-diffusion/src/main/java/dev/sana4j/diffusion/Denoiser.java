package dev.sana4j.diffusion;

import dev.sana4j.tensor.Tensor;

/** A network with its text bound: what a sampler asks at each step. */
@FunctionalInterface
public interface Denoiser {

  /**
   * Predicts what the sampler needs: a velocity (noise - image) for flow samplers, the TrigFlow
   * field for the consistency sampler.
   *
   * @param latents (B, C, H, W), float32
   * @param time in the units of the sampler's {@link Sampler#times}
   * @return (B, C, H, W), float32
   */
  Tensor predict(Tensor latents, double time);
}
