package dev.sana4j.nn;

import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;

/** Linear attention (arXiv 2006.16236, equation 5) of features that are not negative. */
public final class KernelAttention {
  private static final double EPS = 1e-15;

  private KernelAttention() {}

  /**
   * Whether {@link #attend} is the faster form for a network's features: in bfloat16, and on a
   * processor in float32 without gradients.
   *
   * @param features what queries, keys and values are made of
   * @return false for float16, whose range is too small for sums over all tokens
   */
  public static boolean takesTokensFirst(Tensor features) {
    return features.dtype() == DType.BFLOAT16
        || (features.dtype() == DType.FLOAT32
            && features.device().isCpu()
            && Autograd.mayOverwrite(features));
  }

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
