package dev.sana4j.tensor;

import com.google.errorprone.annotations.CheckReturnValue;

/**
 * A product with a weight of 8-bit integers, one scale an output, on a processor with 8-bit inputs
 * too.
 */
@CheckReturnValue
public abstract sealed class Int8Product implements AutoCloseable
    permits Int8Linear, Int8Convolution {
  Int8Product() {}

  /**
   * Whether such products are right and fast on this processor, measured once on small ones in less
   * than a second.
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

  /** Frees what the product has made of its weight. */
  @Override
  public abstract void close();
}
