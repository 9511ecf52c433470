package dev.sana4j.emoji.evaluate;

import java.util.List;

/**
 * What a comparison found.
 *
 * @param entries one a candidate, in their order
 */
public record ComparisonResult(List<Entry> entries) {
  /** Copies the list. */
  public ComparisonResult {
    entries = List.copyOf(entries);
  }

  /**
   * A candidate and what was found of it.
   *
   * @param candidate who was asked
   * @param result as an evaluation of it alone gives
   */
  public record Entry(Comparison.Candidate candidate, EvaluationResult result) {}
}
