package dev.sana4j.tensor;

/**
 * Whether products of 8-bit integers are right and worth it, tried once on small ones. With AVX2
 * alone oneDNN adds two products in 16 bits, which cuts large ones. Where the processor has no
 * instruction for sums of four products with AVX-512 (VNNI), convolutions have no kernel that gives
 * bfloat16, and are done in plain C++, a thousand times slower.
 */
final class Int8Speed {
  static final boolean IS_FAST = Libtorch.noGrad(Int8Speed::measure);

  private static final int ROWS = 128;
  private static final int SIDE = 1024;
  private static final int CHANNELS = 64;
  private static final int PIXELS = 32;

  /** One run that is not disturbed is enough, however busy the machine is. */
  private static final int MOST_RUNS = 6;

  /**
   * 134 million products of the matrices, 38 million of the convolution: by such instructions some
   * 0.5 ms, in plain C++ 100 ms or more.
   */
  private static final long LIMIT_NANOS = 20_000_000;

  /** Of what bfloat16 rounds. */
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

  /** Of ones, whose product is the number of them that are added. */
  private static boolean isFast(Int8Product product, Tensor ones, int added) {
    for (int run = 0; run < MOST_RUNS; run++) {
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
