package dev.sana4j.tensor;

import com.google.errorprone.annotations.CheckReturnValue;

/**
 * A product with an 8-bit weight that has a scale per output. The inputs are rounded to 8 bits as
 * well.
 */
@CheckReturnValue
public abstract sealed class Int8Product implements AutoCloseable
    permits Int8Linear, Int8Convolution {
  Int8Product() {}

  /**
   * Returns whether such products are correct and fast on this CPU. Measures it once on small
   * products in less than a second.
   *
   * @return true on CPUs with AVX-512 VNNI or similar instructions
   */
  public static boolean isFast() {
    return Int8Speed.IS_FAST;
  }

  /**
   * Applies the product.
   *
   * @param input a floating point tensor
   * @return a bfloat16 tensor
   */
  public abstract Tensor apply(Tensor input);

  /** Frees the tensors that the product derived from its weight. */
  @Override
  public abstract void close();
}
