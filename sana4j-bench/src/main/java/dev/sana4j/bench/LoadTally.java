package dev.sana4j.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Counts the results of a load test. Thread-safe. */
final class LoadTally {
  private final Map<String, Integer> counts = new TreeMap<>();
  private final List<Double> seconds = new ArrayList<>();

  /** Records an answer; with an image if the status is 200. */
  synchronized void answered(int status, double took) {
    counts.merge("status " + status, 1, Integer::sum);
    if (status == 200) {
      seconds.add(took);
    }
  }

  /** Records a request without an answer. */
  synchronized void unanswered(String how) {
    counts.merge(how, 1, Integer::sum);
  }

  synchronized int images() {
    return seconds.size();
  }

  /** Returns a quantile of the times. */
  private static double quantile(double[] sorted, double part) {
    return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, part * sorted.length)];
  }

  synchronized List<String> lines(double duration) {
    double[] sorted = seconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    List<String> lines = new ArrayList<>();
    counts.forEach((what, count) -> lines.add(format("%-24s %8d", what, count)));
    for (double part : new double[] {0.5, 0.95, 0.99}) {
      lines.add(format("p%-23.0f %8.3f s", part * 100, quantile(sorted, part)));
    }
    lines.add(format("%-24s %8.3f s", "longest", Arrays.stream(sorted).max().orElse(0)));
    lines.add(format("%-24s %8.2f", "images per second", sorted.length / duration));
    return lines;
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
