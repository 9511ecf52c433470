package dev.sana4j.sana;

import dev.sana4j.tensor.Tensor;

/**
 * How the tokens of an image are arranged, row by row.
 *
 * @param height H, rows of tokens
 * @param width W, columns of tokens
 */
public record Grid(long height, long width) {

  /** Tokens (B, H * W, C) as an image (B, C, H, W). */
  Tensor image(Tensor tokens) {
    return tokens.unflatten(1, height, width).permute(0, 3, 1, 2);
  }

  /** An image (B, C, H, W) as tokens (B, H * W, C). */
  static Tensor tokens(Tensor image) {
    return image.flatten(2, 3).transpose(1, 2);
  }
}
