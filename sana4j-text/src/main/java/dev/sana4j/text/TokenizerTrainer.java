package dev.sana4j.text;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Learns a small vocabulary from captions: byte pair encoding with a fallback to bytes, like
 * Gemma's. Any text can be encoded without an unknown token.
 *
 * <p>Tokens do not cross word boundaries, and each digit is a separate token. The vocabulary starts
 * with six special tokens, the 256 bytes, the printable ASCII characters and other frequent
 * characters; merges fill the rest.
 */
public final class TokenizerTrainer {

  /** The smallest allowed vocabulary. */
  public static final int MIN_VOCABULARY = 512;

  /** The largest allowed vocabulary. */
  public static final int MAX_VOCABULARY = 1 << 16;

  private static final int MIN_OCCURRENCES = 2;

  private final int vocabulary;
  private final List<String> tokens = new ArrayList<>(TokenizerFiles.FIXED_TOKENS);
  private final Map<String, Integer> ids = new HashMap<>();
  private final List<PairMerger.Pair> merges = new ArrayList<>();

  private TokenizerTrainer(int vocabulary) {
    this.vocabulary = vocabulary;
  }

  /**
   * Trains a tokenizer and writes {@code tokenizer.json}, {@code tokenizer_config.json} and {@code
   * special_tokens_map.json}. {@link Tokenizer} and the Hugging Face libraries read them. The same
   * captions in the same order produce the same files.
   *
   * <p>Captions are converted to lower case, as in {@link PromptTokenizer}. Memory is bounded: with
   * very many different words, rare ones are dropped.
   *
   * @param captions any texts; the stream is closed at the end
   * @param vocabulary maximum number of tokens, {@value #MIN_VOCABULARY} to {@value
   *     #MAX_VOCABULARY}
   * @param folder the target folder, created if missing
   * @return the number of tokens; fewer than the maximum if no further pair occurs twice
   * @throws TextException if the vocabulary is out of range, there are no captions, or the files
   *     cannot be written
   */
  public static int train(Stream<String> captions, int vocabulary, Path folder) {
    if (vocabulary < MIN_VOCABULARY || vocabulary > MAX_VOCABULARY) {
      throw new TextException(
          "the vocabulary size must be %d to %d tokens, but was %d"
              .formatted(MIN_VOCABULARY, MAX_VOCABULARY, vocabulary));
    }
    var segments = new CaptionSegments();
    try (captions) {
      captions.forEachOrdered(segments::add);
    }
    if (segments.counts().isEmpty()) {
      throw new TextException("there are no captions to train a tokenizer from");
    }
    var trainer = new TokenizerTrainer(vocabulary);
    trainer.addCharacters(segments.counts());
    trainer.addMerges(segments.counts());
    TokenizerFiles.write(folder, trainer.tokens, trainer.merges);
    return trainer.tokens.size();
  }

  /** Adds a token for ASCII and for each frequent character. */
  private void addCharacters(Map<String, Integer> segments) {
    IntStream.rangeClosed('!', '~').forEach(this::addCharacter);
    IntStream.of('\n', '\t', CaptionSegments.SPACE).forEach(this::addCharacter);
    Map<Integer, Long> counts = new HashMap<>();
    segments.forEach(
        (segment, count) ->
            segment.codePoints().forEach(point -> counts.merge(point, (long) count, Long::sum)));
    int room = (vocabulary - tokens.size()) / 2; // the other half is for merges
    counts.entrySet().stream()
        .filter(entry -> entry.getValue() >= MIN_OCCURRENCES && encodable(entry.getKey()))
        .sorted(
            Map.Entry.<Integer, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(room)
        .forEach(entry -> addCharacter(entry.getKey()));
  }

  private boolean encodable(int point) {
    return Character.getType(point) != Character.SURROGATE
        && !Character.isISOControl(point)
        && !ids.containsKey(Character.toString(point));
  }

  private void addCharacter(int point) {
    add(Character.toString(point));
  }

  /** Returns the id of a token, adding it if it is new. */
  private int add(String token) {
    return ids.computeIfAbsent(
        token,
        key -> {
          tokens.add(key);
          return tokens.size() - 1;
        });
  }

  private void addMerges(Map<String, Integer> segments) {
    List<int[]> words = new ArrayList<>();
    List<Integer> counts = new ArrayList<>();
    segments.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            entry -> {
              for (int[] word : known(entry.getKey())) {
                words.add(word);
                counts.add(entry.getValue());
              }
            });
    var merger = new PairMerger(words, counts.stream().mapToInt(Integer::intValue).toArray());
    Set<PairMerger.Pair> merged = new HashSet<>();
    for (var pair = merger.next();
        pair != null && tokens.size() < vocabulary;
        pair = merger.next()) {
      int token = add(tokens.get(pair.left()) + tokens.get(pair.right()));
      if (merged.add(pair)) { // a pair can recur when two merges create the same token
        merges.add(pair);
      }
      merger.merge(pair, token);
    }
  }

  /**
   * Returns runs of characters that have a token. Other characters end a run; they become bytes.
   */
  private List<int[]> known(String segment) {
    List<int[]> runs = new ArrayList<>();
    var run = IntStream.builder();
    for (int point : segment.codePoints().toArray()) {
      Integer id = ids.get(Character.toString(point));
      if (id == null) {
        runs.add(run.build().toArray());
        run = IntStream.builder();
      } else {
        run.add(id);
      }
    }
    runs.add(run.build().toArray());
    return runs.stream().filter(tokensOfRun -> tokensOfRun.length > 1).toList();
  }
}
