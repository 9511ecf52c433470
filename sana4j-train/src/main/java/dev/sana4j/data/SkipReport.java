package dev.sana4j.data;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Counts of skipped entries by reason.
 *
 * @param reasons only those that occurred
 */
public record SkipReport(Map<SkipReason, Skips> reasons) {

  /**
   * Skipped entries of one reason.
   *
   * @param count how many
   * @param first the names of the first few
   */
  public record Skips(long count, List<String> first) {

    /**
     * Copies the names.
     *
     * @param count how many
     * @param first the names of the first few
     */
    public Skips {
      first = List.copyOf(first);
    }
  }

  /**
   * Copies the map.
   *
   * @param reasons only those that occurred
   */
  public SkipReport {
    reasons = Map.copyOf(reasons);
  }

  /**
   * How many were skipped for any reason.
   *
   * @return the sum of the counts
   */
  public long count() {
    return reasons.values().stream().mapToLong(Skips::count).sum();
  }

  /**
   * How many were skipped for one reason.
   *
   * @param reason which one
   * @return 0 if it did not occur
   */
  public long count(SkipReason reason) {
    Skips skips = reasons.get(reason);
    return skips == null ? 0 : skips.count();
  }

  /** One line: {@code 2 images without a caption (a.png, b.png)}, or {@code nothing skipped}. */
  @Override
  public String toString() {
    if (reasons.isEmpty()) {
      return "nothing skipped";
    }
    return reasons.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> describe(entry.getKey(), entry.getValue()))
        .collect(Collectors.joining("; "));
  }

  private static String describe(SkipReason reason, Skips skips) {
    String more = skips.count() > skips.first().size() ? ", ..." : "";
    return skips.count() + " " + reason + " (" + String.join(", ", skips.first()) + more + ")";
  }
}
