package dev.sana4j.bench;

import dev.sana4j.tensor.DType;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * The machine's best product of large square matrices in one dtype: what a network is measured
 * against (after Williams, Waterman and Patterson, "Roofline", CACM 2009).
 *
 * @param dtype of the matrices
 * @param side of the matrices that did best
 * @param timing of their products, of which the fastest counts
 */
record Roof(DType dtype, int side, Timing timing) {
  /** Large enough to keep all cores busy, small enough for a quick measurement. */
  static final List<Integer> SIDES = List.of(1024, 2048, 3072, 4096);

  private static final int RUNS = 5;
  private static final Duration BUDGET = Duration.ofSeconds(5);

  /**
   * Tries some sizes.
   *
   * @param dtype of the matrices
   * @param sides at least one
   * @return the size with the most operations a second
   */
  static Roof measure(DType dtype, List<Integer> sides) {
    return sides.stream()
        .map(side -> measure(dtype, side))
        .max(Comparator.comparingDouble(Roof::gigaflopsPerSecond))
        .orElseThrow();
  }

  private static Roof measure(DType dtype, int side) {
    try (Workload product = Workload.matrixProduct(side, dtype)) {
      return new Roof(dtype, side, Timing.of(product, RUNS, BUDGET));
    }
  }

  double gigaflops() {
    return Flops.product(side, side, side) / 1e9;
  }

  double gigaflopsPerSecond() {
    return gigaflops() / timing.best() * 1e3;
  }
}
