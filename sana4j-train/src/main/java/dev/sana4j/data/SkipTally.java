package dev.sana4j.data;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts skipped entries; thread-safe. */
final class SkipTally {
  private static final int NAMES = 5;
  private static final int NAME_LENGTH = 200;

  private final Map<SkipReason, SkipReport.Skips> reasons = new EnumMap<>(SkipReason.class);

  static SkipTally from(SkipReport report) {
    var tally = new SkipTally();
    tally.reasons.putAll(report.reasons());
    return tally;
  }

  synchronized void add(SkipReason reason, String name) {
    SkipReport.Skips before = reasons.getOrDefault(reason, new SkipReport.Skips(0, List.of()));
    List<String> first = before.first();
    if (first.size() < NAMES) {
      first = new ArrayList<>(first);
      first.add(oneLine(name));
    }
    reasons.put(reason, new SkipReport.Skips(before.count() + 1, first));
  }

  /** Adds the entries that another tally has counted after these. */
  synchronized void add(SkipReport report) {
    report
        .reasons()
        .forEach(
            (reason, skips) -> {
              SkipReport.Skips before =
                  reasons.getOrDefault(reason, new SkipReport.Skips(0, List.of()));
              List<String> first = new ArrayList<>(before.first());
              skips.first().stream().limit(NAMES - first.size()).forEach(first::add);
              reasons.put(reason, new SkipReport.Skips(before.count() + skips.count(), first));
            });
  }

  private static String oneLine(String name) {
    String line = name.replaceAll("\\p{C}", "?");
    return line.length() <= NAME_LENGTH ? line : line.substring(0, NAME_LENGTH) + "...";
  }

  synchronized SkipReport report() {
    return new SkipReport(reasons);
  }
}
