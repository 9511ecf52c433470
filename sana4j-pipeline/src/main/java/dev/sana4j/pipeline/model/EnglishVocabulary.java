package dev.sana4j.pipeline.model;

import dev.sana4j.pipeline.model.PromptVocabulary.Unknown;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The English words of a {@link PromptVocabulary}. */
final class EnglishVocabulary {
  /** A word in another script than Chinese; possessive, as a long one would overflow the stack. */
  static final String WORD =
      "[\\p{L}\\p{N}&&[^\\p{IsHan}]]+(?:['’-][\\p{L}\\p{N}&&[^\\p{IsHan}]]+)*+";

  private static final Pattern WORDS = Pattern.compile(WORD);

  /** Words that need not be known: they name nothing, or say that there is an image. */
  private static final Set<String> FUNCTION_WORDS =
      Set.of(
          ("picture a an the of on in with and or at to by for from as is are be its it this that"
                  + " these those there some next beside side image photo photograph drawing painting"
                  + " illustration icon emoji style background scene color colour colored coloured s")
              .split(" "));

  private static final Set<String> NUMBERS =
      Set.of(
          "one two three four five six seven eight nine ten 1 2 3 4 5 6 7 8 9 10 several many"
              .split(" "));

  private static final Set<String> PLACES =
      Set.of("left right above below over under behind between top bottom inside".split(" "));

  /** Shorter names resemble too many other words. */
  private static final int SHORTEST = 5;

  /** From this length on two letters may be wrong, below it one may be missing, extra or moved. */
  private static final int LONG = 7;

  private final Set<String> known = new HashSet<>();
  private final Set<String> ignored = new HashSet<>(FUNCTION_WORDS);
  private final Map<String, String> near = new HashMap<>();
  private final Set<String> spelled = new LinkedHashSet<>();
  private int longest = 1;

  /**
   * A word of a prompt.
   *
   * @param text the word
   * @param start index of its first character
   * @param end index after its last character
   */
  record Word(String text, int start, int end) {
    String lower() {
      return text.toLowerCase(Locale.ROOT);
    }
  }

  EnglishVocabulary(ModelGuide guide) {
    names(guide).forEach(this::knowAndSpell);
    guide.counts().forEach(count -> count.en().forEach(this::know));
    guide.relations().forEach(relation -> relation.en().forEach(this::know));
    if (guide.counts().isEmpty()) {
      ignored.addAll(NUMBERS);
    }
    if (guide.relations().isEmpty()) {
      ignored.addAll(PLACES);
    }
    guide.objects().forEach(this::addNear);
  }

  /** Returns the names of objects, styles, backgrounds and colours. */
  private static Stream<String> names(ModelGuide guide) {
    return Stream.of(
            guide.objects().stream().flatMap(subject -> subject.en().stream()),
            guide.styles().stream().map(style -> style.name().en()),
            guide.styles().stream()
                .flatMap(style -> Stream.ofNullable(style.word()))
                .map(ModelGuide.Words::en),
            guide.backgrounds().stream().map(ground -> ground.phrase().en()),
            guide.colors().stream().flatMap(color -> color.en().stream()))
        .flatMap(texts -> texts);
  }

  /** Adds a phrase, and its longer words as the right spelling of misspelled ones. */
  private void knowAndSpell(String phrase) {
    know(phrase);
    words(phrase).stream()
        .filter(word -> word.length() >= SHORTEST && !ignored.contains(word))
        .forEach(spelled::add);
  }

  /** Adds a phrase and its words. */
  private void know(String phrase) {
    List<String> words = words(phrase);
    known.add(String.join(" ", words));
    known.addAll(words);
    longest = Math.max(longest, words.size());
  }

  private static List<String> words(String phrase) {
    return WORDS
        .matcher(phrase.toLowerCase(Locale.ROOT))
        .results()
        .map(MatchResult::group)
        .toList();
  }

  private void addNear(ModelGuide.Subject subject) {
    if (subject.near() == null) {
      return;
    }
    String name = subject.en().get(0);
    String second = subject.en().get(Math.min(1, subject.en().size() - 1));
    String plural = second.endsWith("s") ? second : name;
    for (String phrase : subject.near().en()) {
      List<String> words = words(phrase);
      longest = Math.max(longest, words.size());
      near.putIfAbsent(String.join(" ", words), name);
      near.putIfAbsent(String.join(" ", words) + "s", plural);
    }
  }

  /** Returns the unknown parts of successive words. */
  List<Unknown> unknown(List<Word> words) {
    List<Unknown> unknown = new ArrayList<>();
    int at = 0;
    while (at < words.size()) {
      int length = longest(words, at, known);
      if (length == 0) {
        length = longest(words, at, near.keySet());
        if (length > 0) {
          unknown.add(unknown(words, at, length, near.get(phrase(words, at, length))));
        }
      }
      if (length == 0) {
        String word = words.get(at).lower();
        length = 1;
        if (!isKnown(word)) {
          unknown.add(unknown(words, at, 1, misspelled(word)));
        }
      }
      at += length;
    }
    return unknown;
  }

  private static Unknown unknown(List<Word> words, int at, int length, @Nullable String near) {
    return new Unknown(words.get(at).start(), words.get(at + length - 1).end(), near);
  }

  /** Returns how many words from a place form the longest of some phrases; 0 for none. */
  private int longest(List<Word> words, int at, Set<String> phrases) {
    for (int length = Math.min(longest, words.size() - at); length > 0; length--) {
      if (phrases.contains(phrase(words, at, length))) {
        return length;
      }
    }
    return 0;
  }

  private static String phrase(List<Word> words, int at, int length) {
    return words.subList(at, at + length).stream()
        .map(Word::lower)
        .collect(Collectors.joining(" "));
  }

  private boolean isKnown(String word) {
    return known.contains(word)
        || ignored.contains(word)
        || Stream.of("'s", "’s", "es", "s")
            .filter(word::endsWith)
            .map(end -> word.substring(0, word.length() - end.length()))
            .anyMatch(known::contains);
  }

  /** Returns the only known word with the fewest differences; null if none is near. */
  private @Nullable String misspelled(String word) {
    String best = null;
    double least = Double.MAX_VALUE;
    for (String name : spelled) {
      if (name.charAt(0) == word.charAt(0) && Math.abs(name.length() - word.length()) <= 2) {
        double distance = distance(word, name);
        double allowed = Math.min(word.length(), name.length()) >= LONG ? 2 : 1;
        if (distance <= allowed && distance < least) {
          least = distance;
          best = name;
        }
      }
    }
    return best;
  }

  /**
   * Returns the optimal string alignment distance. A wrong letter in a short word counts as two,
   * because another word of the same length is often meant, as with horse and house.
   */
  private static double distance(String word, String name) {
    double wrong = Math.min(word.length(), name.length()) >= LONG ? 1 : 2;
    double[][] cost = new double[word.length() + 1][name.length() + 1];
    for (int i = 0; i <= word.length(); i++) {
      for (int j = 0; j <= name.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : least(word, name, cost, i, j, wrong);
      }
    }
    return cost[word.length()][name.length()];
  }

  private static double least(
      String word, String name, double[][] cost, int i, int j, double wrong) {
    boolean isSame = word.charAt(i - 1) == name.charAt(j - 1);
    double least =
        Math.min(
            cost[i - 1][j - 1] + (isSame ? 0 : wrong),
            Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
    boolean isMoved =
        i > 1
            && j > 1
            && word.charAt(i - 1) == name.charAt(j - 2)
            && word.charAt(i - 2) == name.charAt(j - 1);
    return isMoved ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
  }

  /** Changes an article at the end of a text so that it fits the next word. */
  static void fitArticle(StringBuilder text, String next) {
    boolean isVowel = next.matches("(?i)[aeiou].*") && !next.matches("(?i)(uni|eu).*");
    String before = text.toString();
    if (before.matches("(?is)(.*\\s)?an? ")) {
      int article = before.lastIndexOf(' ', before.length() - 2) + 1;
      text.setLength(article + 1);
      text.append(isVowel ? "n " : " ");
    }
  }
}
