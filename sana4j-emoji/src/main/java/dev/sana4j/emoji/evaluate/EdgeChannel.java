package dev.sana4j.emoji.evaluate;

import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;

/**
 * A map of where an image is not plain. Convolutions respond strongly to edges but hardly to the
 * gentle slopes of shading, which distinguish a 3D object from a flat one. In this map both are
 * large.
 */
final class EdgeChannel {
  private static final int SIDE = 5;
  private static final float[] SMOOTH = {1 / 16f, 4 / 16f, 6 / 16f, 4 / 16f, 1 / 16f};
  private static final float[] ACROSS = {-1 / 8f, -2 / 8f, 0, 2 / 8f, 1 / 8f};

  /** The slope per pixel, in units of the input, whose output is 1/2. */
  private static final double HALF = 0.02;

  private EdgeChannel() {}

  /** Maps (B, C, H, W) to (B, 1, height, width), from 0 for plain areas to 1 for an edge. */
  static Tensor of(Tensor images, long height, long width) {
    return TensorScope.tidy(
        () -> {
          Tensor light = images.mean(1, true);
          Tensor both = Functional.conv2d(light, kernels(), null, 2, 0, 1); // across and down
          Tensor squares = both.pow(2).sum(1, true);
          Tensor seen = squares.div(squares.add(HALF * HALF));
          return Functional.resizeBilinear(seen, height, width);
        });
  }

  private static Tensor kernels() {
    float[] values = new float[2 * SIDE * SIDE];
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        values[y * SIDE + x] = SMOOTH[y] * ACROSS[x];
        values[(SIDE + y) * SIDE + x] = ACROSS[y] * SMOOTH[x];
      }
    }
    return Tensors.of(values, 2, 1, SIDE, SIDE);
  }
}
