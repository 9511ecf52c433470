package dev.sana4j.bench;

import dev.sana4j.tensor.DType;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The machine's best product of large square matrices in one dtype: what a network is measured
 * against (after Williams, Waterman and Patterson, "Roofline", CACM 2009).
 *
 * <p>Each size is tried as a linear layer and as a 1x1 convolution: on a processor, libtorch hands
 * the one to its BLAS and the other to oneDNN, and in float32 they differ a lot.
 *
 * @param name of the product that did best
 * @param dtype of the matrices
 * @param flops of one product
 * @param timing of the products, of which the fastest counts
 */
record Roof(String name, DType dtype, long flops, Timing timing) {
  /** Large enough to keep all cores busy, small enough for a quick measurement. */
  static final List<Integer> SIDES = List.of(1024, 2048, 3072, 4096);

  private static final int RUNS = 5;
  private static final Duration BUDGET = Duration.ofSeconds(5);

  /**
   * Tries some sizes.
   *
   * @param dtype of the matrices
   * @param sides at least one
   * @return the product with the most operations a second
   */
  static Roof measure(DType dtype, List<Integer> sides) {
    return sides.stream()
        .flatMap(side -> measure(dtype, side))
        .max(Comparator.comparingDouble(Roof::gigaflopsPerSecond))
        .orElseThrow();
  }

  private static Stream<Roof> measure(DType dtype, int side) {
    return Stream.of(
        measure("linear-" + side, dtype, Workload.matrixProduct(side, dtype)),
        measure("1x1-conv-" + side, dtype, Workload.pointwiseConvolution(side, dtype)));
  }

  private static Roof measure(String name, DType dtype, Workload product) {
    try (product) {
      return new Roof(name, dtype, product.flops(), Timing.of(product, RUNS, BUDGET));
    }
  }

  double gigaflops() {
    return flops / 1e9;
  }

  double gigaflopsPerSecond() {
    return gigaflops() / timing.best() * 1e3;
  }
}
