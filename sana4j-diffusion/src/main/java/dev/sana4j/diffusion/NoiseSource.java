package dev.sana4j.diffusion;

import dev.sana4j.tensor.Tensor;

/** Source of the fresh noise of a sampler. */
@FunctionalInterface
public interface NoiseSource {

  /**
   * Draws standard normal noise.
   *
   * @return (B, C, H, W), float32, like the latents
   */
  Tensor next();
}
