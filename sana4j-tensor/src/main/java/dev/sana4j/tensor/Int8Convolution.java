package dev.sana4j.tensor;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A two-dimensional convolution of 8-bit integers, on a processor: step 1, one group, zeros around.
 * Each output channel of the weight has a scale; the input has one, and a byte that means 0, found
 * when it comes.
 */
@CheckReturnValue
public final class Int8Convolution extends Int8Product {
  private static final long[] ONES = {1, 1};
  private static final double STEPS = 255;

  /**
   * Outputs that oneDNN computes at once. On some processors (AVX-512 VNNI on Zen 5) it gives those
   * beyond the last whole block wrong scales, so the outputs are filled up with zeros.
   */
  private static final long BLOCK = 16;

  private static final double SMALLEST_RANGE = 1e-30;

  private final long[] padding;
  private final long outputs;

  private Int8Convolution(
      Tensor weight, Tensor scales, @Nullable Tensor bias, long[] padding, long outputs) {
    super(weight, scales, bias);
    this.padding = padding;
    this.outputs = outputs;
  }

  /**
   * Rounds a weight.
   *
   * @param weight (out, in, K, K), floating point, on the processor; stays with its owner
   * @param bias (out), or null for none; stays with its owner
   * @param padding zeros added on each side
   * @return the convolution, to be closed by the caller
   */
  public static Int8Convolution of(Tensor weight, @Nullable Tensor bias, int padding) {
    long[] paddings = {padding, padding};
    long outputs = weight.size(0);
    long added = (BLOCK - outputs % BLOCK) % BLOCK;
    return TensorScope.confine(
        () -> {
          Int8.Weight rounded =
              Int8.round(
                  added == 0 ? weight : Functional.pad(weight, 0, 0, 0, 0, 0, 0, 0, 0, added));
          Tensor packed =
              Operators.tensor(
                  "onednn::qconv_prepack",
                  rounded.values(),
                  rounded.scales(),
                  1.0,
                  0L,
                  ONES,
                  paddings,
                  ONES,
                  1L,
                  Operators.NONE);
          return new Int8Convolution(
              packed,
              rounded.scales(),
              bias == null ? null : Functional.pad(bias.to(DType.FLOAT32), 0, 0, added),
              paddings,
              outputs);
        });
  }

  /**
   * Applies the convolution.
   *
   * @param input (B, in, H, W), floating point
   * @return (B, out, H', W'), bfloat16, channels last
   */
  @Override
  public Tensor apply(Tensor input) {
    return TensorScope.tidy(
        () -> {
          Tensor pixels = input.channelsLast().permute(0, 2, 3, 1); // (B, H, W, in), dense
          List<@Nullable Tensor> ends =
              Operators.tensors("aten::aminmax", pixels, Operators.NONE, false);
          double lowest = Math.min(0, Objects.requireNonNull(ends.get(0)).item());
          double highest = Math.max(0, Objects.requireNonNull(ends.get(1)).item());
          double step = Math.max(highest - lowest, SMALLEST_RANGE) / STEPS;
          long zero = Math.round(-lowest / step);
          Tensor bytes = Int8.bytesOfAny(pixels, step, zero);
          return convolved(bytes.permute(0, 3, 1, 2), step, zero).narrow(1, 0, outputs);
        });
  }

  private Tensor convolved(Tensor bytes, double step, long zero) {
    return Operators.tensor(
        "onednn::qconv_pointwise",
        bytes,
        step,
        zero,
        weight(),
        scales(),
        zeros(),
        bias() == null ? Operators.NONE : bias(),
        ONES,
        padding,
        ONES,
        1L,
        1.0,
        0L,
        DType.BFLOAT16,
        "none",
        Operators.NO_SCALARS,
        Operators.NONE);
  }
}
