package dev.sana4j.tensor;

import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** The two ways to compute {@link Functional#attention}. */
final class Attention {
  private Attention() {}

  static Tensor of(Tensor query, Tensor key, Tensor value, @Nullable Tensor bias) {
    if (DryRun.isMeta(query)) {
      return DryRun.kernel(() -> inProducts(query, key, value, bias));
    }
    boolean single = query.dtype() == DType.FLOAT32 && Autograd.mayOverwrite(query);
    boolean slow = query.device().isCpu() && (query.dtype() == DType.BFLOAT16 || single);
    if (slow || ForwardMode.isRunning()) {
      // libtorch's own attention at 1024 x 300 takes 24 times as long as these two products in
      // bfloat16 and twice as long in float32 without gradients. It has no forward derivative.
      return TensorScope.tidy(() -> inProducts(query, key, value, bias));
    }
    return Functional.withOptional(
        "attention",
        bias,
        b ->
            torch.scaled_dot_product_attention(
                query.handle(),
                key.handle(),
                value.handle(),
                b,
                0.0,
                false,
                NativeArguments.NO_DOUBLE,
                false),
        query,
        key,
        value);
  }

  private static Tensor inProducts(Tensor query, Tensor key, Tensor value, @Nullable Tensor bias) {
    Tensor scores = query.mul(1 / Math.sqrt((double) query.size(-1))).matmul(key.transpose(-2, -1));
    return Functional.softmax(bias == null ? scores : scores.add(bias), -1).matmul(value);
  }
}
