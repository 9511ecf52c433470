package dev.sana4j.bench;

import java.util.List;

/**
 * How long a stage, or several together, took.
 *
 * @param name as the table shows it
 * @param works what was computed
 * @param firstMillis in the run after loading
 * @param warm the runs after that
 */
record StageTime(String name, List<StageWork> works, double firstMillis, Timing warm) {

  /** Puts a single stage into a list. */
  static StageTime of(StageWork work, double firstMillis, Timing warm) {
    return new StageTime(work.name(), List.of(work), firstMillis, warm);
  }

  long flops() {
    return works.stream().mapToLong(StageWork::flops).sum();
  }

  /** Of the median warm run. */
  double gigaflopsPerSecond() {
    return flops() / warm.median() / 1e6;
  }

  /** Part of the roof that is reached: the time at the roof of each dtype, over that it took. */
  double share(Roofs roofs) {
    double millis =
        works.stream()
            .mapToDouble(work -> work.flops() / roofs.of(work.dtype()).gigaflopsPerSecond() / 1e6)
            .sum();
    return millis / warm.median();
  }
}
