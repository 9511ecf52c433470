package dev.sana4j.diffusion;

import dev.sana4j.tensor.Tensor;

/** A network bound to its text, which a sampler calls at each step. */
@FunctionalInterface
public interface Denoiser {

  /**
   * Predicts the quantity that the sampler needs: a velocity (noise - image) for flow samplers,
    * the TrigFlow
   * field for the consistency sampler.
   *
   * @param latents (B, C, H, W), float32
   * @param time in the units of the sampler's {@link Sampler#times}
   * @return (B, C, H, W), float32
   */
  Tensor predict(Tensor latents, double time);
}
