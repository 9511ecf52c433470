package dev.sana4j.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How long repeated runs took.
 *
 * @param millis of each run, at least one
 */
record Timing(List<Double> millis) {

  /** Puts the runs in ascending order. */
  Timing {
    millis = millis.stream().sorted().toList();
  }

  /**
   * Runs once to warm up, then as often as asked, or less often if that would take too long.
   *
   * @param workload what to run
   * @param runs at most so many, at least one
   * @param budget no run after the first begins that would likely end after this
   */
  static Timing of(Workload workload, int runs, Duration budget) {
    double spent = millis(workload);
    List<Double> millis = new ArrayList<>();
    double last;
    do {
      last = millis(workload);
      millis.add(last);
      spent += last;
    } while (millis.size() < runs && spent + last < budget.toMillis());
    return new Timing(millis);
  }

  private static double millis(Workload workload) {
    long begin = System.nanoTime();
    workload.run();
    return (System.nanoTime() - begin) / 1e6;
  }

  double best() {
    return millis.get(0);
  }

  double median() {
    int middle = millis.size() / 2;
    return millis.size() % 2 == 1
        ? millis.get(middle)
        : (millis.get(middle - 1) + millis.get(middle)) / 2;
  }
}
