package dev.sana4j.pipeline.model;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;

/**
 * The speedup of matrix products in bfloat16 over float32 on this processor.
 *
 * @param small for products of small networks
 * @param large for products of large networks
 */
record ProductSpeeds(double small, double large) {
  private static final int SMALL = 192;
  private static final int LARGE = 512;
  private static final int ROWS = 256;
  private static final int RUNS = 20;

  /** Time limit per product and dtype, after the first run. */
  private static final long NANOS = 30_000_000;

  /**
   * Measures both in less than 0.3 seconds. Uses one thread, because several depend more on other
   * processes of the machine.
   */
  static ProductSpeeds measure() {
    int threads = Libtorch.threads();
    try {
      Libtorch.threads(1);
      return Libtorch.noGrad(() -> new ProductSpeeds(gain(SMALL), gain(LARGE)));
    } finally {
      Libtorch.threads(threads);
    }
  }

  private static double gain(int width) {
    return nanos(DType.FLOAT32, width) / nanos(DType.BFLOAT16, width);
  }

  /** Returns the time of the fastest run after the first. */
  private static double nanos(DType dtype, int width) {
    return TensorScope.compute(
        () -> {
          Tensor weight = Tensors.full(1, dtype, Device.CPU, width, width);
          Tensor rows = Tensors.full(1, dtype, Device.CPU, ROWS, width);
          Functional.linear(rows, weight, null).close();
          long begin = System.nanoTime();
          long best = Long.MAX_VALUE;
          for (int run = 0; run < RUNS && System.nanoTime() - begin < NANOS; run++) {
            long start = System.nanoTime();
            Functional.linear(rows, weight, null).close();
            best = Math.min(best, System.nanoTime() - start);
          }
          return (double) Math.max(1, best);
        });
  }
}
