package dev.sana4j.tensor;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.Nullable;

/**
 * A product with a weight of 8-bit integers, one scale an output, on a processor with 8-bit inputs
 * too. It keeps a copy of the weight, in the order that the product reads it in.
 */
@CheckReturnValue
public abstract sealed class Int8Product implements AutoCloseable
    permits Int8Linear, Int8Convolution {
  private Tensor weight;
  private final Tensor scales;
  private final Tensor zeros;
  private final @Nullable Tensor bias;

  /**
   * Keeps the parts.
   *
   * @param weight in the order of the product
   * @param scales float32 (out)
   * @param bias (out), or null for none
   */
  Int8Product(Tensor weight, Tensor scales, @Nullable Tensor bias) {
    this.weight = weight.keep();
    this.scales = scales.keep();
    this.zeros = Tensors.zeros(DType.INT64, Device.CPU, scales.elements()).keep();
    this.bias = bias == null ? null : bias.keep();
  }

  /**
   * Whether such products are fast on this processor, measured once on a small one in less than a
   * second. Where they are not, they are right all the same, and slower by orders of magnitude.
   *
   * @return true on processors with AVX-512 VNNI or its like
   */
  public static boolean isFast() {
    return Int8Speed.IS_FAST;
  }

  /**
   * Applies the product.
   *
   * @param input floating point
   * @return bfloat16
   */
  public abstract Tensor apply(Tensor input);

  final Tensor weight() {
    return weight;
  }

  /** Takes another form of the weight, and frees the one before. */
  final void replaceWeight(Tensor other) {
    weight.close();
    weight = other.keep();
  }

  final Tensor scales() {
    return scales;
  }

  /** The integer that means 0, of each output. */
  final Tensor zeros() {
    return zeros;
  }

  final @Nullable Tensor bias() {
    return bias;
  }

  /** Frees the weight. */
  @Override
  public final void close() {
    weight.close();
    scales.close();
    zeros.close();
    if (bias != null) {
      bias.close();
    }
  }
}
