package dev.sana4j.nn;

import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;

/** Linear attention (arXiv 2006.16236, equation 5) with non-negative features. */
public final class KernelAttention {
  /** A small number added to the denominators. */
  public static final double EPS = 1e-15;

  private KernelAttention() {}

  /**
   * Returns whether {@link #attend} may compute in the dtype of the layer. It may in bfloat16,
   * whose products are accumulated in float32, and on a CPU in float32 without gradients.
   *
   * @param input the input of the layer
   * @return false for float16, whose range is too small for sums over all tokens
   */
  public static boolean isDirect(Tensor input) {
    return input.dtype() == DType.BFLOAT16
        || (input.dtype() == DType.FLOAT32
            && input.device().isCpu()
            && Autograd.mayOverwrite(input));
  }

  /**
   * Computes q (k^T v) / (q sum(k)), with a cost that is linear in the number of tokens.
   *
   * @param queries (B, heads, T, D), not negative
   * @param keys (B, heads, T, D), not negative
   * @param values (B, heads, T, D)
   * @param direct the result of {@link #isDirect} for the layer's input; false to compute in
   *     float32
   * @return (B, T, heads * D), the heads concatenated, in the dtype of the arguments
   */
  public static Tensor attend(Tensor queries, Tensor keys, Tensor values, boolean direct) {
    if (direct) {
      Tensor numerators = queries.matmul(keys.transpose(2, 3).matmul(values));
      Tensor denominators = queries.matmul(keys.sum(2, true).transpose(2, 3)); // (B, heads, T, 1)
      return numerators.mul(denominators.add(EPS).pow(-1)).transpose(1, 2).flatten(2, 3);
    }
    Tensor transposed = values.to(DType.FLOAT32).transpose(2, 3);
    Tensor extended =
        Functional.pad(
            transposed, 1, 0, 0, 0, 1); // the added row of ones computes the sum of the keys
    Tensor sums = // (B, heads, D + 1, T)
        extended.matmul(keys.to(DType.FLOAT32)).matmul(queries.to(DType.FLOAT32).transpose(2, 3));
    long width = sums.size(2) - 1;
    Tensor attended = sums.narrow(2, 0, width).div(sums.narrow(2, width, 1).add(EPS));
    return attended.flatten(1, 2).transpose(1, 2).to(queries.dtype());
  }
}
