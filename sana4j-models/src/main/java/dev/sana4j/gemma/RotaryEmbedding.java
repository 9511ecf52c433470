package dev.sana4j.gemma;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import java.util.List;

/**
 * Rotary position embedding (arXiv 2104.09864). Channel i of a head is rotated together with
 * channel i + D/2, by the position times theta^(-2i/D).
 *
 * @param cos (L, D)
 * @param sin (L, D)
 */
record RotaryEmbedding(Tensor cos, Tensor sin) {

  /** Returns the embedding of consecutive positions, starting at {@code first}. */
  static RotaryEmbedding of(long first, long length, int headWidth, double theta, Device device) {
    Tensor exponents = Tensors.range(headWidth / 2, DType.FLOAT32, device).mul(2.0 / headWidth);
    Tensor frequencies = exponents.mul(-Math.log(theta)).exp();
    Tensor positions =
        Tensors.range(length, DType.FLOAT32, device).add((double) first).unsqueeze(1);
    Tensor half = positions.mul(frequencies); // (L, D/2)
    Tensor angles = Tensors.cat(List.of(half, half), 1);
    return new RotaryEmbedding(angles.cos(), angles.sin());
  }

  /** Rotates the last dimension of (B, heads, L, D). */
  Tensor rotate(Tensor heads) {
    List<Tensor> halves = heads.chunk(2, -1);
    Tensor turned = Tensors.cat(List.of(halves.get(1).mul(-1), halves.get(0)), -1);
    return heads.mul(cos).add(turned.mul(sin));
  }
}
