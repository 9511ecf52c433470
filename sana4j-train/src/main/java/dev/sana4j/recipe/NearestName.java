package dev.sana4j.recipe;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the closest known name for a mistyped one. */
final class NearestName {
  private NearestName() {}

  /** Returns the nearest of the known names, if one is near: a third of its letters may differ. */
  static Optional<String> of(String typed, Collection<String> known) {
    String snake = RecipeKey.snakeCase(typed);
    return known.stream()
        .filter(name -> Math.abs(name.length() - snake.length()) <= reach(name))
        .filter(name -> distance(snake, name) <= reach(name))
        .min(Comparator.comparingInt(name -> distance(snake, name)));
  }

  private static int reach(String name) {
    return Math.max(1, name.length() / 3);
  }

  /** The number of letters to insert, delete or replace (Levenshtein). */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
