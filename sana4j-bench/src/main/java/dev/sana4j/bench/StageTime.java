package dev.sana4j.bench;

import java.util.List;

/**
 * The time of a stage, or of several together.
 *
 * @param name as in the table
 * @param works the computed work
 * @param firstMillis time in the first run after loading
 * @param warm times of the later runs
 */
record StageTime(String name, List<StageWork> works, double firstMillis, Timing warm) {

  /** Creates the time of a single stage. */
  static StageTime of(StageWork work, double firstMillis, Timing warm) {
    return new StageTime(work.name(), List.of(work), firstMillis, warm);
  }

  long flops() {
    return works.stream().mapToLong(StageWork::flops).sum();
  }

  /** Returns the speed of the median warm run. */
  double gigaflopsPerSecond() {
    return flops() / warm.median() / 1e6;
  }

  /**
   * Returns the speed relative to the roof: the time at the roof of each dtype divided by the
   * measured time.
   */
  double share(Roofs roofs) {
    double millis =
        works.stream()
            .mapToDouble(work -> work.flops() / roofs.of(work.dtype()).gigaflopsPerSecond() / 1e6)
            .sum();
    return millis / warm.median();
  }
}
