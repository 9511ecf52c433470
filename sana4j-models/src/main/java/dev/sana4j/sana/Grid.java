package dev.sana4j.sana;

import dev.sana4j.tensor.Tensor;

/**
 * The arrangement of an image's tokens, row by row.
 *
 * @param height H, the number of token rows
 * @param width W, the number of token columns
 */
public record Grid(long height, long width) {

  /** Arranges tokens (B, H * W, C) as an image (B, C, H, W). */
  Tensor image(Tensor tokens) {
    return tokens.unflatten(1, height, width).permute(0, 3, 1, 2);
  }

  /** Flattens an image (B, C, H, W) to tokens (B, H * W, C). */
  static Tensor tokens(Tensor image) {
    return image.flatten(2, 3).transpose(1, 2);
  }
}
