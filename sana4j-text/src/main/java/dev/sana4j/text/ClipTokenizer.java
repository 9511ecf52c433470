package dev.sana4j.text;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tokenizer of CLIP (arXiv 2103.00020, section 2.4): lower case, byte-pair encoding of words
 * that end in {@code </w>}. Ids are those of transformers' fast tokenizer.
 *
 * <p>It is immutable, and several threads may use it.
 */
public final class ClipTokenizer {
  /** Maximum number of characters of a text. */
  public static final int MAX_CHARS = 100_000;

  private static final String START = "<|startoftext|>";
  private static final String END = "<|endoftext|>";
  private static final String WORD_END = "</w>";

  private static final Pattern SPECIAL =
      Pattern.compile(Pattern.quote(START) + "|" + Pattern.quote(END));
  private static final Pattern SPACES = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern WORD =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d|\\p{L}+|\\p{N}|[^\\s\\p{L}\\p{N}]+",
          Pattern.UNICODE_CHARACTER_CLASS);
  private static final String[] BYTES = byteCharacters();

  private final ClipVocabulary vocabulary;
  private final int start;
  private final int end;

  private ClipTokenizer(ClipVocabulary vocabulary, int start, int end) {
    this.vocabulary = vocabulary;
    this.start = start;
    this.end = end;
  }

  /**
   * Reads a tokenizer.
   *
   * @param folder a folder with {@code tokenizer.json}, or with {@code vocab.json} and {@code
   *     merges.txt}
   * @return the tokenizer
   * @throws TextException if the files are missing, damaged or not those of CLIP
   */
  public static ClipTokenizer read(Path folder) {
    ClipVocabulary vocabulary = ClipVocabulary.read(folder);
    Integer start = vocabulary.ids().get(START);
    Integer end = vocabulary.ids().get(END);
    if (start == null || end == null) {
      throw new TextException(folder + " has no tokens " + START + " and " + END);
    }
    return new ClipTokenizer(vocabulary, start, end);
  }

  /**
   * Returns the id of the end token, whose state represents the text.
   *
   * @return the id
   */
  public int end() {
    return end;
  }

  /**
   * Encodes a text: the start token, the tokens of the text, the end token. Too many tokens are cut
   * off before the end token; the end token also pads.
   *
   * @param text any text
   * @param length number of ids, at least 2
   * @return the ids
   * @throws TextException if the text has more than {@value #MAX_CHARS} characters
   */
  public int[] encode(String text, int length) {
    if (text.length() > MAX_CHARS) {
      throw new TextException(
          "the text has " + text.length() + " characters; CLIP reads at most " + MAX_CHARS);
    }
    List<Integer> tokens = tokens(text, length - 2);
    int[] ids = new int[length];
    Arrays.fill(ids, end);
    ids[0] = start;
    for (int i = 0; i < tokens.size(); i++) {
      ids[i + 1] = tokens.get(i);
    }
    return ids;
  }

  /** Returns at most {@code limit} tokens; special tokens in the text keep their meaning. */
  private List<Integer> tokens(String text, int limit) {
    List<Integer> tokens = new ArrayList<>();
    Matcher special = SPECIAL.matcher(text);
    int from = 0;
    while (tokens.size() < limit && special.find()) {
      addWords(text.substring(from, special.start()), limit, tokens);
      tokens.add(special.group().equals(START) ? start : end);
      from = special.end();
    }
    addWords(text.substring(from), limit, tokens);
    return tokens.subList(0, Math.min(limit, tokens.size()));
  }

  private void addWords(String text, int limit, List<Integer> tokens) {
    Matcher words = WORD.matcher(lowerCase(text));
    while (tokens.size() < limit && words.find()) {
      for (String token : merged(words.group())) {
        tokens.add(vocabulary.ids().getOrDefault(token, end)); // the end token is also "unknown"
      }
    }
  }

  /** Normalizes, and converts each character by itself, without the rules for a word's end. */
  private static String lowerCase(String text) {
    String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
    StringBuilder lower = new StringBuilder(composed.length());
    SPACES
        .matcher(composed)
        .replaceAll(" ")
        .codePoints()
        .forEach(point -> lower.append(Character.toString(point).toLowerCase(Locale.ROOT)));
    return lower.toString();
  }

  private List<String> merged(String word) {
    byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
    List<String> symbols = new ArrayList<>();
    for (byte each : bytes) {
      symbols.add(BYTES[each & 0xFF]);
    }
    int last = symbols.size() - 1;
    symbols.set(last, symbols.get(last) + WORD_END);
    return new BytePairMerges(vocabulary.ranks()).apply(symbols);
  }

  /** Returns the printable character that represents each byte, as in GPT-2. */
  private static String[] byteCharacters() {
    String[] characters = new String[256];
    int next = 256;
    for (int value = 0; value < characters.length; value++) {
      boolean plain =
          (value >= '!' && value <= '~') || (value >= 0xA1 && value != 0xAD && value <= 0xFF);
      characters[value] = Character.toString(plain ? value : next++);
    }
    return characters;
  }
}
