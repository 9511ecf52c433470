package dev.sana4j.nn;

import dev.sana4j.tensor.Tensor;

/** Linear attention (arXiv 2006.16236, equation 5) of features that are not negative. */
public final class KernelAttention {
  private static final double EPS = 1e-15;

  private KernelAttention() {}

  /**
   * q (k^T v) / (q sum(k)): the cost is linear in the tokens.
   *
   * @param queries (B, heads, T, D), not negative
   * @param keys likewise
   * @param values (B, heads, T, D)
   * @return (B, heads, T, D), in the dtype of the arguments; products add up in float32 inside
   */
  public static Tensor attend(Tensor queries, Tensor keys, Tensor values) {
    Tensor numerators = queries.matmul(keys.transpose(2, 3).matmul(values));
    Tensor denominators = queries.matmul(keys.sum(2, true).transpose(2, 3)); // (B, heads, T, 1)
    return numerators.mul(denominators.add(EPS).pow(-1));
  }
}
