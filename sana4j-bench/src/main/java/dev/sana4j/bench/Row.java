package dev.sana4j.bench;

import dev.sana4j.tensor.DType;
import java.util.Locale;

/**
 * A line of the report.
 *
 * @param name of the shape
 * @param dtype it ran in
 * @param runs number of runs of the median
 * @param millis median of a run
 * @param gigaflops of a run
 * @param roof GFLOP/s of the best matrix product in this dtype
 */
record Row(String name, DType dtype, int runs, double millis, double gigaflops, double roof) {
  static final String HEADER =
      String.format(
          Locale.ROOT,
          "%-20s %-9s %4s %10s %8s %8s %7s",
          "shape",
          "dtype",
          "runs",
          "median ms",
          "GFLOP",
          "GFLOP/s",
          "of roof");

  static Row of(Roof roof) {
    return new Row(
        roof.name(),
        roof.dtype(),
        roof.timing().millis().size(),
        roof.timing().best(),
        roof.gigaflops(),
        roof.gigaflopsPerSecond());
  }

  static Row of(Shape shape, Workload workload, Timing timing, Roof roof) {
    return new Row(
        shape.name(),
        roof.dtype(),
        timing.millis().size(),
        timing.median() * shape.multiple(),
        workload.flops() * shape.multiple() / 1e9,
        roof.gigaflopsPerSecond());
  }

  double gigaflopsPerSecond() {
    return gigaflops / millis * 1e3;
  }

  /** Returns the speed relative to the roof, 0 to about 1. */
  double share() {
    return gigaflopsPerSecond() / roof;
  }

  String line() {
    return String.format(
        Locale.ROOT,
        "%-20s %-9s %4d %10.1f %8.1f %8.1f %6.1f%%",
        name,
        dtype,
        runs,
        millis,
        gigaflops,
        gigaflopsPerSecond(),
        100 * share());
  }
}
