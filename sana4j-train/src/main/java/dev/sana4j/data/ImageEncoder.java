package dev.sana4j.data;

import dev.sana4j.tensor.Tensor;

/** Encodes images to latents. */
@FunctionalInterface
public interface ImageEncoder {

  /**
   * Encodes images of one size.
   *
   * @param images (B, 3, H, W) float32 in -1..1, which the caller closes
   * @return (B, C, h, w)
   */
  Tensor encode(Tensor images);
}
