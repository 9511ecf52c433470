package dev.sana4j.text;

import dev.sana4j.text.ClipVocabulary.Pair;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Merges adjacent symbols of one word, the pair with the lowest rank first, the leftmost of equals
 * first. The time is n log n in the number of symbols.
 */
final class BytePairMerges {
  private static final int NONE = -1;

  private final Map<Pair, Integer> ranks;
  private final PriorityQueue<Candidate> candidates =
      new PriorityQueue<>(
          Comparator.comparingInt(Candidate::rank).thenComparingInt(Candidate::left));
  private String[] symbols = {};
  private int[] next = {};
  private int[] previous = {};

  /** A pair that may merge, with its symbols at the time it was found. */
  private record Candidate(int rank, int left, Pair pair) {}

  BytePairMerges(Map<Pair, Integer> ranks) {
    this.ranks = ranks;
  }

  /** Returns the symbols after all merges. */
  List<String> apply(List<String> word) {
    int count = word.size();
    symbols = word.toArray(String[]::new);
    next = new int[count];
    previous = new int[count];
    for (int i = 0; i < count; i++) {
      next[i] = i + 1 < count ? i + 1 : NONE;
      previous[i] = i - 1;
    }
    for (int i = 0; i + 1 < count; i++) {
      offer(i);
    }
    for (Candidate best = candidates.poll(); best != null; best = candidates.poll()) {
      if (isCurrent(best)) {
        merge(best.left());
      }
    }
    List<String> merged = new ArrayList<>();
    for (int i = 0; i != NONE; i = next[i]) {
      merged.add(symbols[i]);
    }
    return merged;
  }

  private void offer(int left) {
    if (left == NONE || next[left] == NONE) {
      return;
    }
    Pair pair = new Pair(symbols[left], symbols[next[left]]);
    Integer rank = ranks.get(pair);
    if (rank != null) {
      candidates.add(new Candidate(rank, left, pair));
    }
  }

  /** Returns whether neither symbol was merged since; a merged symbol is empty. */
  private boolean isCurrent(Candidate candidate) {
    int left = candidate.left();
    return symbols[left].equals(candidate.pair().left())
        && next[left] != NONE
        && symbols[next[left]].equals(candidate.pair().right());
  }

  private void merge(int left) {
    int right = next[left];
    symbols[left] += symbols[right];
    symbols[right] = "";
    next[left] = next[right];
    if (next[right] != NONE) {
      previous[next[right]] = left;
    }
    offer(previous[left]);
    offer(left);
  }
}
