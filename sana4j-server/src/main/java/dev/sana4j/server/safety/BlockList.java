package dev.sana4j.server.safety;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Words and phrases that no prompt may hold. Case, accents, full-width letters and signs between
 * words make no difference; a word is found as a whole, a phrase of Chinese or Japanese anywhere.
 */
public final class BlockList implements PromptFilter {
  private final List<String> phrases;

  private BlockList(List<String> phrases) {
    this.phrases = phrases;
  }

  /**
   * A list from lines.
   *
   * @param lines a word or phrase each; empty lines and those that begin with # say nothing
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
   * How long it is.
   *
   * @return words and phrases
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
    return found
        ? Optional.of("the prompt holds a word that is not allowed here")
        : Optional.empty();
  }

  /** Letters and digits in words, each with a space at both ends. */
  private static String plain(String text) {
    String letters =
        Normalizer.normalize(text, Normalizer.Form.NFKD)
            .toLowerCase(Locale.ROOT)
            .replaceAll("\\p{M}+", "")
            .replaceAll("[^\\p{L}\\p{N}]+", " ")
            .strip();
    return letters.isEmpty() ? "" : " " + letters + " ";
  }

  /** Of a script that puts no spaces between words. */
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
