package dev.sana4j.pipeline.model;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The words that a model knows, of its {@link ModelGuide}. Finds the words of a prompt that it does
 * not know, and replaces those for which it knows a near one: words that the guide lists as near to
 * an object, and misspelled names. Deterministic and thread-safe.
 */
public final class PromptVocabulary {
  private static final int MOST_NOTES = 5;

  /** A run of Chinese characters, a word of another script, or an emoji. */
  private static final Pattern PIECES =
      Pattern.compile(
          "(?<han>\\p{IsHan}+)"
              + ("|(?<word>" + EnglishVocabulary.WORD + ")")
              + "|(?<emoji>[\\x{2300}-\\x{2BFF}\\x{1F000}-\\x{1FAFF}]"
              + "[\\x{FE0F}\\x{200D}\\x{1F3FB}-\\x{1F3FF}]*)");

  private final EnglishVocabulary english;
  private final ChineseVocabulary chinese;
  private final Set<String> emoji = new LinkedHashSet<>();

  /**
   * A prompt as a model should read it.
   *
   * @param prompt the prompt, with known words in place of near ones
   * @param notes one line for each word that the model does not know, at most 5
   */
  public record Reading(String prompt, List<String> notes) {}

  /**
   * A part of a prompt that the model does not know.
   *
   * @param start index of its first character
   * @param end index after its last character
   * @param near the closest known word; null if none is near
   */
  record Unknown(int start, int end, @Nullable String near) {}

  private PromptVocabulary(ModelGuide guide) {
    english = new EnglishVocabulary(guide);
    chinese = new ChineseVocabulary(guide);
    guide.objects().forEach(subject -> emoji.add(bare(subject.emoji())));
  }

  /**
   * Returns the vocabulary of a guide.
   *
   * @param guide the guide of a model, or null
   * @return the vocabulary; null if the model is not limited to some objects
   */
  public static @Nullable PromptVocabulary of(@Nullable ModelGuide guide) {
    return guide == null || guide.objects().isEmpty() ? null : new PromptVocabulary(guide);
  }

  /**
   * Reads a prompt.
   *
   * @param prompt any text
   * @return the prompt to use, and what the user should know
   */
  public Reading read(String prompt) {
    List<Unknown> unknown = unknown(prompt);
    var text = new StringBuilder();
    Set<String> notes = new LinkedHashSet<>();
    int done = 0;
    for (Unknown part : unknown) {
      String word = prompt.substring(part.start(), part.end());
      notes.add(note(word, part.near()));
      text.append(prompt, done, part.start());
      if (part.near() != null) {
        EnglishVocabulary.fitArticle(text, part.near());
      }
      text.append(part.near() == null ? word : part.near());
      done = part.end();
    }
    text.append(prompt, done, prompt.length());
    return new Reading(text.toString(), notes.stream().limit(MOST_NOTES).toList());
  }

  private static String note(String word, @Nullable String near) {
    String unknown = "this model does not know '" + word + "'";
    return near == null
        ? unknown
        : unknown + "; the closest it knows is '" + near + "', which replaces it";
  }

  private List<Unknown> unknown(String prompt) {
    List<Unknown> unknown = new ArrayList<>();
    List<EnglishVocabulary.Word> words = new ArrayList<>();
    Matcher pieces = PIECES.matcher(prompt);
    while (pieces.find()) {
      if (pieces.group("word") != null) {
        words.add(new EnglishVocabulary.Word(pieces.group("word"), pieces.start(), pieces.end()));
        continue;
      }
      unknown.addAll(english.unknown(words));
      words.clear();
      if (pieces.group("han") != null) {
        unknown.addAll(chinese.unknown(pieces.group("han"), pieces.start()));
      } else if (!emoji.contains(bare(pieces.group()))) {
        unknown.add(new Unknown(pieces.start(), pieces.end(), null));
      }
    }
    unknown.addAll(english.unknown(words));
    return unknown;
  }

  /** Removes variation selectors, joiners and skin tones. */
  private static String bare(String emoji) {
    return emoji.replaceAll("[\\x{FE0F}\\x{200D}\\x{1F3FB}-\\x{1F3FF}]", "");
  }
}
