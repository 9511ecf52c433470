package dev.sana4j.bench;

import dev.sana4j.tensor.DType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The machine's fastest product of large square matrices in one dtype, with which networks are
 * compared (after Williams, Waterman and Patterson, "Roofline", CACM 2009).
 *
 * <p>Each size is measured as a linear layer and as a 1x1 convolution. On a CPU, libtorch uses its
 * BLAS for the former and oneDNN for the latter, and in float32 their speeds differ considerably.
 *
 * @param name of the fastest product
 * @param dtype of the matrices
 * @param flops of one product
 * @param timing of the product; the fastest run counts
 */
record Roof(String name, DType dtype, long flops, Timing timing) {
  /** Large enough to keep all cores busy, small enough for a quick measurement. */
  static final List<Integer> SIDES = List.of(1024, 2048, 3072, 4096);

  private static final int RUNS = 5;
  private static final Duration BUDGET = Duration.ofSeconds(5);

  /**
   * Measures some sizes.
   *
   * @param dtype of the matrices
   * @param sides at least one
   * @return the product with the most operations per second
   */
  static Roof measure(DType dtype, List<Integer> sides) {
    return best(sides.stream().flatMap(side -> measure(dtype, side, BUDGET).stream()).toList());
  }

  /**
   * Measures the sizes of {@link #SIDES}, smallest first, within a time limit.
   *
   * @param dtype of the matrices
   * @param budget for all sizes; the smallest is always measured
   * @return the product with the most operations per second
   */
  static Roof within(DType dtype, Duration budget) {
    long end = System.nanoTime() + budget.toNanos();
    List<Roof> tried = new ArrayList<>();
    List<Roof> last = List.of();
    for (int side : SIDES) {
      Duration left = Duration.ofNanos(end - System.nanoTime());
      if (leastMillis(last, side) > left.toMillis()) {
        break;
      }
      last = measure(dtype, side, left.dividedBy(2));
      tried.addAll(last);
    }
    return best(tried);
  }

  /**
   * Estimates the time for another size at the same speed: each product once for warm-up and once
   * for measurement.
   */
  private static double leastMillis(List<Roof> measured, int side) {
    double gigaflops = Flops.product(side, side, side) / 1e9;
    return measured.stream().mapToDouble(a -> 2e3 * gigaflops / a.gigaflopsPerSecond()).sum();
  }

  private static Roof best(List<Roof> tried) {
    return tried.stream().max(Comparator.comparingDouble(Roof::gigaflopsPerSecond)).orElseThrow();
  }

  private static List<Roof> measure(DType dtype, int side, Duration each) {
    if (dtype == DType.INT8) {
      return List.of(measure("int8-linear-" + side, dtype, Workload.int8Product(side), each));
    }
    return List.of(
        measure("linear-" + side, dtype, Workload.matrixProduct(side, dtype), each),
        measure("1x1-conv-" + side, dtype, Workload.pointwiseConvolution(side, dtype), each));
  }

  private static Roof measure(String name, DType dtype, Workload product, Duration budget) {
    try (product) {
      return new Roof(name, dtype, product.flops(), Timing.of(product, RUNS, budget));
    }
  }

  double gigaflops() {
    return flops / 1e9;
  }

  double gigaflopsPerSecond() {
    return gigaflops() / timing.best() * 1e3;
  }
}
