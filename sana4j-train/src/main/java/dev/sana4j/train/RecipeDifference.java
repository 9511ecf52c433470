package dev.sana4j.train;

import java.util.ArrayList;
import java.util.List;

/** What differs between two configs, for a message. */
final class RecipeDifference {
  private static final int SHOWN = 3;

  private RecipeDifference() {}

  /** The first lines that only the newer one has. */
  static String describe(String older, String newer) {
    List<String> lines = new ArrayList<>(newer.lines().map(String::strip).toList());
    older.lines().map(String::strip).forEach(lines::remove);
    List<String> shown = lines.subList(0, Math.min(SHOWN, lines.size()));
    return lines.isEmpty() ? "it lacks keys" : "now " + String.join(", ", shown);
  }
}
