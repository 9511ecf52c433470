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

  private final Tensor weight;
  private final @Nullable Tensor bias;
  private final long[] padding;
  private @Nullable Packed packed;

  /** Outputs filled up to whole blocks, the weight in the order that the product reads it in. */
  private record Packed(Tensor weight, Tensor scales, Tensor zeros, @Nullable Tensor bias) {}

  private Int8Convolution(Tensor weight, @Nullable Tensor bias, long[] padding) {
    this.weight = weight;
    this.bias = bias;
    this.padding = padding;
  }

  /**
   * Takes a weight, which is rounded when the convolution is first applied.
   *
   * @param weight (out, in, K, K), floating point, on the processor; stays with its owner, who
   *     closes it later than this convolution
   * @param bias (out), or null for none; likewise
   * @param padding zeros added on each side
   * @return the convolution, to be closed by the caller
   */
  public static Int8Convolution of(Tensor weight, @Nullable Tensor bias, int padding) {
    return new Int8Convolution(weight, bias, new long[] {padding, padding});
  }

  private synchronized Packed packed() {
    Packed made = packed;
    if (made == null) {
      made = TensorScope.compute(this::pack);
      packed = made;
    }
    return made;
  }

  private Packed pack() {
    long added = (BLOCK - weight.size(0) % BLOCK) % BLOCK;
    Int8.Weight rounded =
        Int8.round(added == 0 ? weight : Functional.pad(weight, 0, 0, 0, 0, 0, 0, 0, 0, added));
    Tensor ordered =
        Operators.tensor(
            "onednn::qconv_prepack",
            rounded.values(),
            rounded.scales(),
            1.0,
            0L,
            ONES,
            padding,
            ONES,
            1L,
            Operators.NONE);
    return new Packed(
        ordered.keep(),
        rounded.scales().keep(),
        Tensors.zeros(DType.INT64, Device.CPU, rounded.scales().elements()).keep(),
        bias == null ? null : Functional.pad(bias.to(DType.FLOAT32), 0, 0, added).keep());
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
          return convolved(bytes.permute(0, 3, 1, 2), step, zero).narrow(1, 0, weight.size(0));
        });
  }

  private Tensor convolved(Tensor bytes, double step, long zero) {
    Packed parts = packed();
    return Operators.tensor(
        "onednn::qconv_pointwise",
        bytes,
        step,
        zero,
        parts.weight(),
        parts.scales(),
        parts.zeros(),
        parts.bias() == null ? Operators.NONE : parts.bias(),
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

  @Override
  public synchronized void close() {
    Packed made = packed;
    if (made != null) {
      made.weight().close();
      made.scales().close();
      made.zeros().close();
      if (made.bias() != null) {
        made.bias().close();
      }
      packed = null;
    }
  }
}
