package dev.sana4j.pipeline;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.util.function.Supplier;

/**
 * How many times as fast this processor multiplies in bfloat16 as in float32.
 *
 * @param small in what small networks do: a convolution of few pixels and channels
 * @param large in what large networks do: a product of matrices
 */
record ProductSpeeds(double small, double large) {
  private static final int CHANNELS = 64;
  private static final int SIDE = 32;
  private static final int ROWS = 512;
  private static final int COLUMNS = 640;
  private static final int RUNS = 8;

  /** Of each product in each dtype, after its first run. */
  private static final long NANOS = 30_000_000;

  /** Measures both, in less than 0.3 seconds. */
  static ProductSpeeds measure() {
    return Libtorch.noGrad(
        () ->
            new ProductSpeeds(
                convolution(DType.FLOAT32) / convolution(DType.BFLOAT16),
                product(DType.FLOAT32) / product(DType.BFLOAT16)));
  }

  private static double product(DType dtype) {
    return TensorScope.confine(
        () -> {
          Tensor weight = Tensors.full(1, dtype, Device.CPU, COLUMNS, COLUMNS);
          Tensor rows = Tensors.full(1, dtype, Device.CPU, ROWS, COLUMNS);
          return nanos(() -> Functional.linear(rows, weight, null));
        });
  }

  private static double convolution(DType dtype) {
    return TensorScope.confine(
        () -> {
          Tensor weight =
              Tensors.full(1, dtype, Device.CPU, CHANNELS, CHANNELS, 3, 3).channelsLast();
          Tensor pixels =
              Tensors.full(1, dtype, Device.CPU, 1, CHANNELS, SIDE, SIDE).channelsLast();
          return nanos(() -> Functional.conv2d(pixels, weight, null, 1, 1, 1));
        });
  }

  /** The fastest run after the first. */
  private static double nanos(Supplier<Tensor> multiplication) {
    multiplication.get().close();
    long begin = System.nanoTime();
    long best = Long.MAX_VALUE;
    for (int run = 0; run < RUNS && System.nanoTime() - begin < NANOS; run++) {
      long start = System.nanoTime();
      multiplication.get().close();
      best = Math.min(best, System.nanoTime() - start);
    }
    return Math.max(1, best);
  }
}
