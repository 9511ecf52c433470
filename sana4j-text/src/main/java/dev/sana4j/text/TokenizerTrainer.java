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
 * Learns a small vocabulary from captions: byte pair encoding that falls back on bytes, of the same
 * kind as Gemma's, so that any text can be encoded without an unknown token.
 *
 * <p>Tokens stay inside of words, and digits stand alone. The vocabulary begins with six special
 * tokens, the 256 bytes, the printable ASCII characters and the other characters that are frequent;
 * merges fill the rest.
 */
public final class TokenizerTrainer {

  /** The smallest vocabulary that can be asked for. */
  public static final int MIN_VOCABULARY = 512;

  /** The largest vocabulary that can be asked for. */
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
   * special_tokens_map.json}, which {@link Tokenizer} and the Hugging Face libraries read. The same
   * captions in the same order give the same files.
   *
   * <p>Captions are lower-cased, as {@link PromptTokenizer} does. The memory is bounded whatever
   * their number: of very many different words the rare ones are forgotten.
   *
   * @param captions any texts; closed at the end
   * @param vocabulary the most tokens, {@value #MIN_VOCABULARY} to {@value #MAX_VOCABULARY}
   * @param folder where the files go; made if missing
   * @return how many tokens the vocabulary has: fewer than asked for if nothing more occurs twice
   * @throws TextException if the vocabulary is out of range, there are no captions, or the files
   *     cannot be written
   */
  public static int train(Stream<String> captions, int vocabulary, Path folder) {
    if (vocabulary < MIN_VOCABULARY || vocabulary > MAX_VOCABULARY) {
      throw new TextException(
          "a vocabulary has %d to %d tokens, not %d"
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

  /** Gives frequent characters a token; the others of ASCII come in any case. */
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

  /** Returns the id of a token, new or known. */
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
      if (merged.add(pair)) { // it can come again when two merges make the same token
        merges.add(pair);
      }
      merger.merge(pair, token);
    }
  }

  /** The runs of characters that have a token; others end a run, as they become bytes. */
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
