package dev.sana4j.emoji.evaluate;

import java.util.List;

/**
 * Results of a comparison.
 *
 * @param entries one per candidate, in their order
 */
public record ComparisonResult(List<Entry> entries) {
  /** Copies the list. */
  public ComparisonResult {
    entries = List.copyOf(entries);
  }

  /**
   * A candidate and its result.
   *
   * @param candidate the candidate
   * @param result the same as that of an evaluation of only this candidate
   */
  public record Entry(Comparison.Candidate candidate, EvaluationResult result) {}
}
