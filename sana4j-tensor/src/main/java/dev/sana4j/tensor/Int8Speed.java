package dev.sana4j.tensor;

import java.util.function.Supplier;

/**
 * Whether products of 8-bit integers are worth it, measured once on a small one. Where the
 * processor has no instructions for sums of four of them (AVX-512 VNNI), oneDNN has no kernel that
 * gives bfloat16, and takes one in plain C++ that is a thousand times slower. With AVX2 alone its
 * kernel for a float32 result is quick but wrong: sums of two products are cut to 16 bits.
 */
final class Int8Speed {
  static final boolean IS_FAST = Libtorch.noGrad(Int8Speed::measure);

  private static final int ROWS = 16;
  private static final int SIDE = 256;
  private static final int RUNS = 5;

  /** Between a call of a small product, which is level with float32, and a plain loop. */
  private static final int MOST = 10;

  /** A run longer than this needs no other. */
  private static final long LONG_NANOS = 10_000_000;

  private Int8Speed() {}

  private static boolean measure() {
    return TensorScope.<Boolean>confine(
        () -> {
          Tensor rows = Tensors.full(1, DType.FLOAT32, Device.CPU, ROWS, SIDE);
          Tensor weight = Tensors.full(1, DType.FLOAT32, Device.CPU, SIDE, SIDE);
          try (Int8Linear rounded = Int8Linear.of(weight, null)) {
            Int8Linear.Rows bytes = Int8Linear.round(rows);
            long float32 = nanos(() -> Functional.linear(rows, weight, null));
            return nanos(() -> rounded.apply(bytes)) < MOST * float32;
          }
        });
  }

  /** The fastest of some runs. */
  private static long nanos(Supplier<Tensor> product) {
    long best = Long.MAX_VALUE;
    for (int run = 0; run < RUNS; run++) {
      long start = System.nanoTime();
      product.get().close();
      long taken = System.nanoTime() - start;
      best = Math.min(best, taken);
      if (taken > LONG_NANOS && run > 0) {
        break;
      }
    }
    return best;
  }
}
