package dev.sana4j.tensor;

import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * float32 products by oneDNN. libtorch itself uses oneDNN for bfloat16 only. oneDNN shares its
 * threads with all other operations, while OpenBLAS' threads compete with them for the cores. It
 * also supports newer CPUs better: with AVX-512 a product of 1,024 x 2,240 x 11,200 was 1.9 times
 * as fast.
 */
final class OneDnn {
  /** Number of multiplications from which the set-up cost of oneDNN is negligible. */
  private static final long LARGE_PRODUCT = 1L << 24;

  private static final boolean IS_AVAILABLE =
      torch.hasMKLDNN() && System.getProperty("os.arch", "").equals("amd64");

  private OneDnn() {}

  /**
   * Returns whether {@link #linear} should be used: for large float32 products without gradients.
   */
  static boolean suits(Tensor input, Tensor weight, @Nullable Tensor bias) {
    return IS_AVAILABLE
        && input.dtype() == DType.FLOAT32
        && weight.dtype() == DType.FLOAT32
        && input.rank() >= 2
        && weight.rank() == 2
        && input.size(-1) == weight.size(1)
        && input.elements() * weight.size(0) >= LARGE_PRODUCT
        && input.device().isCpu()
        && Autograd.mayOverwrite(input)
        && !Autograd.isRecorded(weight)
        && (bias == null || !Autograd.isRecorded(bias));
  }

  /** Computes {@link Functional#linear}. */
  static Tensor linear(Tensor input, Tensor weight, @Nullable Tensor bias) {
    return TensorScope.tidy(() -> product(input.contiguous(), weight.contiguous(), bias));
  }

  /** Computes the product of dense arguments of any size. */
  static Tensor product(Tensor input, Tensor weight, @Nullable Tensor bias) {
    if (!IS_AVAILABLE) {
      return Functional.linear(input, weight, bias);
    }
    return Operators.tensor(
        "mkldnn::_linear_pointwise",
        input,
        weight,
        bias == null ? Operators.NONE : bias,
        "none",
        Operators.NO_SCALARS,
        "");
  }
}
