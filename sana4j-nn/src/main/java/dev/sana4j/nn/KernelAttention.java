package dev.sana4j.nn;

import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;

/** Linear attention (arXiv 2006.16236, equation 5) of features that are not negative. */
public final class KernelAttention {
  /** Added to the denominators. */
  public static final double EPS = 1e-15;

  private KernelAttention() {}

  /**
   * Whether {@link #attend} may compute in the dtype of a layer: in bfloat16, whose products add up
   * in float32 inside, and on a processor in float32 without gradients.
   *
   * @param input of the layer
   * @return false for float16, whose range is too small for sums over all tokens
   */
  public static boolean isDirect(Tensor input) {
    return input.dtype() == DType.BFLOAT16
        || (input.dtype() == DType.FLOAT32
            && input.device().isCpu()
            && Autograd.mayOverwrite(input));
  }

  /**
   * q (k^T v) / (q sum(k)): the cost is linear in the tokens.
   *
   * @param queries (B, heads, T, D), not negative
   * @param keys likewise
   * @param values (B, heads, T, D)
   * @param direct what {@link #isDirect} says of the layer's input; otherwise computed in float32
   * @return (B, T, heads * D), the heads side by side, in the dtype of the arguments
   */
  public static Tensor attend(Tensor queries, Tensor keys, Tensor values, boolean direct) {
    if (direct) {
      Tensor numerators = queries.matmul(keys.transpose(2, 3).matmul(values));
      Tensor denominators = queries.matmul(keys.sum(2, true).transpose(2, 3)); // (B, heads, T, 1)
      return numerators.mul(denominators.add(EPS).pow(-1)).transpose(1, 2).flatten(2, 3);
    }
    Tensor transposed = values.to(DType.FLOAT32).transpose(2, 3);
    Tensor extended = Functional.pad(transposed, 1, 0, 0, 0, 1); // a row of ones sums the keys
    Tensor sums = // (B, heads, D + 1, T)
        extended.matmul(keys.to(DType.FLOAT32)).matmul(queries.to(DType.FLOAT32).transpose(2, 3));
    long width = sums.size(2) - 1;
    Tensor attended = sums.narrow(2, 0, width).div(sums.narrow(2, width, 1).add(EPS));
    return attended.flatten(1, 2).transpose(1, 2).to(queries.dtype());
  }
}
