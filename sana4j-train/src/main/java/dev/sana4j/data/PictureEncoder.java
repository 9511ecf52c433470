package dev.sana4j.data;

import dev.sana4j.tensor.Tensor;

/** Pictures to latents. */
@FunctionalInterface
public interface PictureEncoder {

  /**
   * Encodes pictures of one size.
   *
   * @param pictures (B, 3, H, W) float32 in -1..1, not to be closed
   * @return (B, C, h, w)
   */
  Tensor encode(Tensor pictures);
}
