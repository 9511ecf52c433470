package dev.sana4j.tensor;

/**
 * Whether products of 8-bit integers are worth it, measured once on a small one. Where the
 * processor has no instructions for sums of four of them (AVX-512 VNNI), oneDNN has no kernel that
 * gives bfloat16, and takes one in plain C++ that is a thousand times slower. With AVX2 alone its
 * kernel for a float32 result is quick but wrong: sums of two products are cut to 16 bits.
 */
final class Int8Speed {
  static final boolean IS_FAST = Libtorch.noGrad(Int8Speed::measure);

  private static final int ROWS = 32;
  private static final int SIDE = 256;

  /** One run that is not disturbed is enough, however busy the machine is. */
  private static final int MOST_RUNS = 6;

  /** Two million products: by such instructions some 0.05 ms, in plain C++ 60 ms or more. */
  private static final long LIMIT_NANOS = 6_000_000;

  private Int8Speed() {}

  private static boolean measure() {
    return TensorScope.<Boolean>confine(
        () -> {
          Tensor weight = Tensors.full(1, DType.FLOAT32, Device.CPU, SIDE, SIDE);
          try (Int8Linear product = Int8Linear.of(weight, null)) {
            return isFast(product, Int8Linear.round(weight.narrow(0, 0, ROWS)));
          }
        });
  }

  private static boolean isFast(Int8Linear product, Int8Linear.Rows rows) {
    for (int run = 0; run < MOST_RUNS; run++) {
      long start = System.nanoTime();
      product.apply(rows).close();
      if (System.nanoTime() - start < LIMIT_NANOS) {
        return true;
      }
    }
    return false;
  }
}
