package dev.sana4j.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts neighbouring tokens in words and merges the most frequent pairs, word by word.
 *
 * <p>Source: Sennrich, Haddow, Birch, "Neural Machine Translation of Rare Words with Subword
 * Units", algorithm 1. The counts are updated incrementally instead of recounted.
 */
final class PairMerger {
  private final List<int[]> words;
  private final int[] counts;
  private final Map<Pair, Occurrences> pairs = new HashMap<>();
  private final PriorityQueue<Candidate> queue = new PriorityQueue<>(Candidate.ORDER);

  /** Two neighbouring tokens. */
  record Pair(int left, int right) {}

  /** A pair and its count, which may be outdated. */
  private record Candidate(Pair pair, long count) {
    /** Orders by descending count; equal counts are ordered by token ids. */
    static final Comparator<Candidate> ORDER =
        Comparator.comparingLong(Candidate::count)
            .reversed()
            .thenComparingInt(candidate -> candidate.pair().left())
            .thenComparingInt(candidate -> candidate.pair().right());
  }

  /**
   * The count of a pair, and the words that contain it or once did; a word may occur repeatedly.
   */
  private static final class Occurrences {
    private long count;
    private int[] words = new int[4];
    private int size;

    void addWord(int word) {
      if (size > 0 && words[size - 1] == word) {
        return;
      }
      if (size == words.length) {
        words = Arrays.copyOf(words, 2 * size);
      }
      words[size++] = word;
    }
  }

  /** Creates a merger for words of token ids and the count of each word; it modifies the words. */
  PairMerger(List<int[]> words, int[] counts) {
    this.words = new ArrayList<>(words);
    this.counts = counts;
    for (int word = 0; word < words.size(); word++) {
      int[] tokens = words.get(word);
      for (int i = 1; i < tokens.length; i++) {
        Occurrences found = occurrences(new Pair(tokens[i - 1], tokens[i]));
        found.count += counts[word];
        found.addWord(word);
      }
    }
    pairs.forEach((pair, found) -> queue.add(new Candidate(pair, found.count)));
  }

  /** Returns the most frequent pair, or null if no pair occurs twice. */
  @Nullable Pair next() {
    while (!queue.isEmpty()) {
      Candidate best = queue.remove();
      Occurrences found = pairs.get(best.pair());
      long count = found == null ? 0 : found.count;
      if (count == best.count() && count > 1) {
        return best.pair();
      }
      if (count < best.count() && count > 1) {
        queue.add(new Candidate(best.pair(), count));
      }
    }
    return null;
  }

  /** Replaces a pair by one token everywhere. */
  void merge(Pair pair, int token) {
    Occurrences found = occurrences(pair);
    Set<Pair> grown = new LinkedHashSet<>();
    for (int i = 0; i < found.size; i++) {
      mergeIn(found.words[i], pair, token, grown);
    }
    pairs.remove(pair);
    grown.forEach(other -> queue.add(new Candidate(other, occurrences(other).count)));
  }

  private void mergeIn(int word, Pair pair, int token, Set<Pair> grown) {
    int[] before = words.get(word);
    int[] after = merged(before, pair, token);
    if (after.length == before.length) {
      return;
    }
    for (int i = 1; i < before.length; i++) {
      occurrences(new Pair(before[i - 1], before[i])).count -= counts[word];
    }
    for (int i = 1; i < after.length; i++) {
      var neighbours = new Pair(after[i - 1], after[i]);
      Occurrences found = occurrences(neighbours);
      found.count += counts[word];
      if (neighbours.left() == token || neighbours.right() == token) {
        found.addWord(word);
        grown.add(neighbours);
      }
    }
    words.set(word, after);
  }

  private static int[] merged(int[] tokens, Pair pair, int token) {
    int[] merged = new int[tokens.length];
    int length = 0;
    for (int i = 0; i < tokens.length; i++) {
      boolean found =
          tokens[i] == pair.left() && i + 1 < tokens.length && tokens[i + 1] == pair.right();
      merged[length++] = found ? token : tokens[i];
      i += found ? 1 : 0;
    }
    return Arrays.copyOf(merged, length);
  }

  private Occurrences occurrences(Pair pair) {
    return pairs.computeIfAbsent(pair, key -> new Occurrences());
  }
}
