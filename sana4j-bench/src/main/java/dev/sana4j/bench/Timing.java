package dev.sana4j.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The times of repeated runs.
 *
 * @param millis time of each run, at least one
 */
record Timing(List<Double> millis) {

  /** Sorts the runs in ascending order. */
  Timing {
    millis = millis.stream().sorted().toList();
  }

  /**
   * Runs once for warm-up, then the given number of times, or fewer within the time limit.
   *
   * @param workload the workload
   * @param runs maximum number of runs, at least one
   * @param budget time limit; no further run starts that would probably exceed it
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
