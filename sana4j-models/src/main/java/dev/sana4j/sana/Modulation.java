package dev.sana4j.sana;

import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;

/**
 * The effect of the timestep on one branch of a block: adaptive layer norm (arXiv 2212.09748,
 * section 3.2).
 *
 * @param shift (B, 1, width)
 * @param scale (B, 1, width)
 * @param gate (B, 1, width)
 */
record Modulation(Tensor shift, Tensor scale, Tensor gate) {

  /** Returns the input of the branch, (B, T, width). */
  Tensor modulate(Tensor normalized) {
    return modulate(normalized, shift, scale);
  }

  /** Returns x * (1 + scale) + shift. */
  static Tensor modulate(Tensor normalized, Tensor shift, Tensor scale) {
    return Functional.multiplyAdd(shift, normalized, scale.add(1));
  }

  /** Returns tokens + branch * gate. */
  Tensor addGated(Tensor tokens, Tensor branch) {
    return Functional.multiplyAdd(tokens, branch, gate);
  }
}
