package dev.sana4j.server.safety;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Words and phrases that no prompt may contain. Case, accents, full-width letters and punctuation
 * are ignored. Words match as a whole; Chinese and Japanese phrases match anywhere.
 */
public final class BlockList implements PromptFilter {
  private final List<String> phrases;

  private BlockList(List<String> phrases) {
    this.phrases = phrases;
  }

  /**
   * Parses a list.
   *
   * @param lines each a word or a phrase; empty lines and lines that begin with # are ignored
   * @return the list
   */
  public static BlockList of(List<String> lines) {
    List<String> phrases = new ArrayList<>();
    for (String line : lines) {
      String phrase = plain(line);
      if (!line.strip().startsWith("#") && !phrase.isBlank()) {
        phrases.add(phrase);
      }
    }
    return new BlockList(phrases);
  }

  /**
   * Returns the length of the list.
   *
   * @return number of words and phrases
   */
  public int count() {
    return phrases.size();
  }

  @Override
  public Optional<String> refusal(String prompt) {
    String text = plain(prompt);
    String joined = text.replace(" ", "");
    boolean found =
        phrases.stream()
            .anyMatch(
                phrase ->
                    text.contains(phrase)
                        || (isWithoutSpaces(phrase) && joined.contains(phrase.replace(" ", ""))));
    return found ? Optional.of("the prompt contains a word that is not allowed") : Optional.empty();
  }

  /** Normalizes a text to words of letters and digits, each with a space at both ends. */
  private static String plain(String text) {
    String letters =
        Normalizer.normalize(text, Normalizer.Form.NFKD)
            .toLowerCase(Locale.ROOT)
            .replaceAll("\\p{M}+", "")
            .replaceAll("[^\\p{L}\\p{N}]+", " ")
            .strip();
    return letters.isEmpty() ? "" : " " + letters + " ";
  }

  /** Returns whether the phrase is in a script without spaces between words. */
  private static boolean isWithoutSpaces(String phrase) {
    return phrase
        .codePoints()
        .filter(Character::isLetter)
        .allMatch(
            letter ->
                switch (Character.UnicodeScript.of(letter)) {
                  case HAN, HIRAGANA, KATAKANA, THAI -> true;
                  default -> false;
                });
  }
}
