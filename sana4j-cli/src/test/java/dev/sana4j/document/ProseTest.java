package dev.sana4j.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Plain English in documents, help, messages, the page and the Javadoc of the API: phrases that
 * readers stumble over, and what to write instead.
 */
class ProseTest {
  private static final String COUNTED =
      "images?|seconds?|steps?|rows?|lines?|tokens?|milliseconds?|bytes?|[KMG]i?B|one|two|entries";
  private static final String UNIT =
      "image|prompt|pixel|step|batch|worker|thread|second|line|row|client|request|epoch|job|scene"
          + "|file|model|device|GPU|core";

  /**
   * A phrase to avoid.
   *
   * @param pattern finds it
   * @param advice what to write instead
   */
  private record Rule(Pattern pattern, String advice) {}

  private static final List<Rule> RULES =
      List.of(
          rule(
              "(?<!there )(?:is|are|was|were|be|been) no (?!longer\\b|more\\b|less\\b)",
              "is not a"),
          rule("go(?:es|ing)? on\\b|went on\\b|gone on\\b", "continue, resume"),
          rule("of (?:its|their|his|our|your) own\\b", "its own, separate"),
          rule("anew\\b|made again\\b|painted again\\b", "again, regenerate, repaint"),
          rule("tells?\\b|told\\b|hears?\\b|heard\\b", "report, say, contain, notify"),
          rule("shall\\b", "must"),
          rule("so (?:many|much|few)\\b", "this many"),
          rule("(?:that|what|which) (?:is|are|was|were) there\\b", "existing, available"),
          rule("(?<!@param )(?:" + COUNTED + ") an? (?:" + UNIT + ")s?\\b", "per"),
          rule("alone\\b", "only"),
          rule("(?<!--keep-)(?<!['\"])pictures?\\b(?!['\"/])", "image"),
          rule(
              "what (?:says|stands|comes|came|goes|makes|cannot|can be|was made|is made|is left"
                  + "|is taken)\\b",
              "name the thing"),
          rule("who (?:asks?|waits?|knows?|gets?|watch(?:es)?)\\b", "name them"),
          rule("passed over\\b|left out\\b", "ignored, omitted"),
          rule("verdicts?\\b|judged\\b", "score, logits, classify"),
          rule("settled?\\b", "choose, determine"),
          rule("lets? go of\\b|letting go\\b", "release"),
          rule("tak(?:e|es|en|ing) up\\b", "start, resume"),
          rule("nothing of (?:it|them|a|an|the)\\b", "not any"),
          rule("comes? to(?! (?:a|an) (?:halt|stop))\\b", "is, results in"),
          rule("at once\\b", "immediately, together"),
          rule("but for\\b", "except for"),
          rule("otherwise told\\b|told otherwise\\b|says? otherwise\\b", "by default"),
          rule("in force\\b", "effective"),
          rule("the way back\\b", "the backward pass, the reverse"));

  private static Rule rule(String pattern, String advice) {
    return new Rule(Pattern.compile("(?i)(?<![\\w-])(?:" + pattern + ")"), advice);
  }

  @Test
  void noPageAndNoSourceHasAPhraseThatReadersStumbleOver() {
    List<String> found = new ArrayList<>();
    for (Prose.Piece piece : Prose.pieces()) {
      for (Rule rule : RULES) {
        rule.pattern()
            .matcher(piece.text())
            .results()
            .forEach(match -> found.add(report(piece, match, rule)));
      }
    }
    assertThat(found).isEmpty();
  }

  private static String report(Prose.Piece piece, MatchResult match, Rule rule) {
    return "%s: \"%s\"; better: %s".formatted(piece.place(match), match.group(), rule.advice());
  }

  @ParameterizedTest
  @CsvSource({
    "the file is no image, true",
    "the file is no longer used, false",
    "a training goes on, true",
    "images a second, true",
    "images per second, false",
    "the header alone, true",
    "a seed of its own, true",
    "its own seed, false"
  })
  void rulesFindPhrases(String text, boolean found) {
    assertThat(RULES.stream().anyMatch(rule -> rule.pattern().matcher(text).find()))
        .isEqualTo(found);
  }
}
