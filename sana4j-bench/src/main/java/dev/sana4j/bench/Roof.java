package dev.sana4j.bench;

import dev.sana4j.tensor.DType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

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
    return best(sides.stream().flatMap(side -> measure(dtype, side, BUDGET).stream()).toList());
  }

  /**
   * Tries the sizes of {@link #SIDES} from the smallest on, as far as a time reaches.
   *
   * @param dtype of the matrices
   * @param budget for all of them; the smallest is tried in any case
   * @return the product with the most operations a second
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

  /** What another size takes if it is as fast: each product once to warm up and once to count. */
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
