package dev.sana4j.tensor;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A two-dimensional convolution of 8-bit integers on the CPU, with stride 1, one group and zero
 * padding. The weight has a scale per output channel. The input gets a scale and a zero point when
 * the convolution is applied.
 */
@CheckReturnValue
public final class Int8Convolution extends Int8Product {
  private static final long[] ONES = {1, 1};
  private static final double STEPS = 255;

  /**
   * oneDNN computes 16 outputs at a time. On some CPUs (AVX-512 VNNI on Zen 5) it applies wrong
   * scales to outputs beyond the last whole block, so the outputs are padded with zeros.
   */
  private static final long BLOCK = 16;

  private static final double SMALLEST_RANGE = 1e-30;

  private final Tensor weight;
  private final @Nullable Tensor bias;
  private final long[] padding;
  private @Nullable Packed packed;

  /** Outputs padded to whole blocks, with the weight in the memory order that oneDNN reads. */
  private record Packed(Tensor weight, Tensor scales, Tensor zeros, @Nullable Tensor bias) {}

  private Int8Convolution(Tensor weight, @Nullable Tensor bias, long[] padding) {
    this.weight = weight;
    this.bias = bias;
    this.padding = padding;
  }

  /**
   * Creates a convolution. The weight is rounded when the convolution is first applied.
   *
   * @param weight (out, in, K, K), floating point, on the CPU; the caller keeps it open until this
   *     convolution is closed
   * @param bias (out), or null for none; the caller keeps it open likewise
   * @param padding number of zeros added on each side
   * @return the convolution; the caller closes it
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
