package dev.sana4j.data;

import dev.sana4j.tensor.Tensor;

/** Images to latents. */
@FunctionalInterface
public interface ImageEncoder {

  /**
   * Encodes images of one size.
   *
   * @param images (B, 3, H, W) float32 in -1..1, not to be closed
   * @return (B, C, h, w)
   */
  Tensor encode(Tensor images);
}
