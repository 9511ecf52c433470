package dev.sana4j.tensor;

/**
 * Measures once, on small products, whether 8-bit products are correct and fast. With only AVX2,
 * oneDNN adds two products in 16 bits, which overflows for large values. Without AVX-512 VNNI,
 * convolutions with bfloat16 results have no optimized kernel; plain C++ is a thousand times
 * slower.
 */
final class Int8Speed {
  static final boolean IS_FAST = Libtorch.noGrad(Int8Speed::measure);

  private static final int ROWS = 128;
  private static final int SIDE = 1024;
  private static final int CHANNELS = 64;
  private static final int PIXELS = 32;

  /** One undisturbed run is enough; on a busy machine it may take many attempts. */
  private static final int MIN_RUNS = 3;

  private static final long LONGEST_NANOS = 2_000_000_000;

  /**
   * The matrix product has 134 million multiplications, the convolution 38 million. They take about
   * 0.5 ms with the right instructions and 100 ms or more in plain C++.
   */
  private static final long LIMIT_NANOS = 20_000_000;

  /** Tolerance for rounding to bfloat16. */
  private static final double ROUNDING = 0.02;

  private Int8Speed() {}

  private static boolean measure() {
    return TensorScope.<Boolean>compute(
        () -> {
          Tensor weight = Tensors.full(1, DType.FLOAT32, Device.CPU, SIDE, SIDE);
          Tensor kernels = Tensors.full(1, DType.FLOAT32, Device.CPU, CHANNELS, CHANNELS, 3, 3);
          Tensor image = Tensors.full(1, DType.FLOAT32, Device.CPU, 1, CHANNELS, PIXELS, PIXELS);
          try (Int8Linear linear = Int8Linear.of(weight, null);
              Int8Convolution convolution = Int8Convolution.of(kernels, null, 0)) {
            return isFast(linear, weight.narrow(0, 0, ROWS), SIDE)
                && isFast(convolution, image, CHANNELS * 9);
          }
        });
  }

  /** Measures a product of ones, whose result is the number of added terms. */
  private static boolean isFast(Int8Product product, Tensor ones, int added) {
    long begin = System.nanoTime();
    for (int run = 0; run < MIN_RUNS || System.nanoTime() - begin < LONGEST_NANOS; run++) {
      long start = System.nanoTime();
      try (Tensor result = product.apply(ones)) {
        boolean isQuick = System.nanoTime() - start < LIMIT_NANOS;
        if (Math.abs(result.mean().item() / added - 1) > ROUNDING) {
          return false;
        }
        if (isQuick) {
          return true;
        }
      }
    }
    return false;
  }
}
