package dev.sana4j.measure.objects;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.files.QuotedText;
import dev.sana4j.measure.MeasureException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an image of a prompt must show, in the JSON form of GenEval: {@code tag}, {@code include}
 * and {@code exclude}.
 *
 * @param tag the kind of the prompt, such as {@code two_object}
 * @param include objects that must be there
 * @param exclude objects that must not be there that often
 */
public record ObjectRules(String tag, List<Rule> include, List<Rule> exclude) {
  private static final int MOST = 100;
  private static final Set<String> POSITIONS = Set.of("left of", "right of", "above", "below");

  /** Copies the lists. */
  public ObjectRules {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }

  /**
   * Objects of one class.
   *
   * @param name the class
   * @param count how many are needed; for {@code exclude}, the number that is too many
   * @param color the colour that all of them must have, or null for any
   * @param position where they must be, or null for anywhere
   */
  public record Rule(String name, int count, @Nullable String color, @Nullable Position position) {}

  /**
   * A position relative to the objects of another rule.
   *
   * @param relation {@code left of}, {@code right of}, {@code above} or {@code below}
   * @param target number of the rule in {@code include}, from 0, before this one
   */
  public record Position(String relation, int target) {}

  /**
   * Reads the rules of a prompt.
   *
   * @param node the object of the prompt
   * @return the rules; null if it has none
   * @throws MeasureException if a rule is damaged
   */
  public static @Nullable ObjectRules read(JsonNode node) {
    if (!node.has("include") && !node.has("exclude")) {
      return null;
    }
    return new ObjectRules(
        node.path("tag").asText("all"), rules(node.path("include")), rules(node.path("exclude")));
  }

  private static List<Rule> rules(JsonNode list) {
    if (!list.isMissingNode() && (!list.isArray() || list.size() > MOST)) {
      throw new MeasureException("include and exclude must be lists of at most " + MOST + " rules");
    }
    List<Rule> rules = new ArrayList<>();
    for (JsonNode node : list) {
      JsonNode count = node.path("count");
      if (!node.path("class").isTextual() || !count.isInt() || count.intValue() < 1) {
        throw new MeasureException("a rule needs a class and a count of at least 1");
      }
      rules.add(
          new Rule(
              node.path("class").asText(),
              count.intValue(),
              node.path("color").isTextual() ? node.path("color").asText() : null,
              position(node.path("position"), rules.size())));
    }
    return rules;
  }

  private static @Nullable Position position(JsonNode node, int before) {
    if (node.isMissingNode() || node.isNull()) {
      return null;
    }
    String relation = node.path(0).asText();
    int target = node.path(1).asInt(-1);
    if (!POSITIONS.contains(relation) || target < 0 || target >= before) {
      throw new MeasureException(
          "the position "
              + QuotedText.clip(node.toString())
              + " is not a relation (left of, right of, above, below) and the number of an earlier"
              + " rule");
    }
    return new Position(relation, target);
  }
}
