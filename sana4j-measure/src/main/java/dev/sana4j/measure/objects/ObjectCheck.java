package dev.sana4j.measure.objects;

import dev.sana4j.measure.MeasureException;
import dev.sana4j.measure.objects.Detection.Box;
import dev.sana4j.measure.objects.ObjectRules.Position;
import dev.sana4j.measure.objects.ObjectRules.Rule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Applies the rules of a prompt to the objects in its image, with the thresholds of GenEval's
 * public program.
 */
public final class ObjectCheck {
  /** Detections below this score do not count; with the tag {@code counting}, see below. */
  private static final double USUAL_SCORE = 0.3;

  private static final double COUNTING_SCORE = 0.9;
  private static final String COUNTING = "counting";

  /** The part of both sizes that must lie between two objects in a direction. */
  private static final double TOUCHING = 0.1;

  private static final double CLEARLY = 0.5;
  private static final double ALMOST_ZERO = 1e-3;

  private final ObjectRules rules;
  private final List<Detection> found;
  private final List<String> reasons = new ArrayList<>();

  private ObjectCheck(ObjectRules rules, List<Detection> found) {
    this.rules = rules;
    this.found = found;
  }

  /**
   * Checks an image.
   *
   * @param rules what it must show
   * @param detections the objects in it
   * @return why it is wrong, one line per broken rule; empty if it is right
   * @throws MeasureException if a rule needs colours and the detector names none
   */
  public static List<String> problems(ObjectRules rules, List<Detection> detections) {
    double least = rules.tag().equals(COUNTING) ? COUNTING_SCORE : USUAL_SCORE;
    List<Detection> sure =
        detections.stream()
            .filter(detection -> detection.score() >= least)
            .sorted(Comparator.comparingDouble(Detection::score).reversed())
            .toList();
    ObjectCheck check = new ObjectCheck(rules, sure);
    check.run();
    return List.copyOf(check.reasons);
  }

  private void run() {
    List<@Nullable List<Detection>> matched = new ArrayList<>();
    for (Rule rule : rules.include()) {
      List<Detection> some = of(rule.name()).stream().limit(rule.count()).toList();
      matched.add(isMatched(rule, some, matched) ? some : null);
    }
    for (Rule rule : rules.exclude()) {
      int count = of(rule.name()).size();
      if (count >= rule.count()) {
        reasons.add(
            "expected fewer than %d %s, found %d".formatted(rule.count(), rule.name(), count));
      }
    }
  }

  private List<Detection> of(String name) {
    return found.stream().filter(detection -> detection.name().equals(name)).toList();
  }

  private boolean isMatched(
      Rule rule, List<Detection> some, List<@Nullable List<Detection>> matched) {
    if (some.size() < rule.count()) {
      reasons.add("expected %d %s, found %d".formatted(rule.count(), rule.name(), some.size()));
      return false;
    }
    return hasColor(rule, some) && isPlaced(rule, some, matched);
  }

  private boolean hasColor(Rule rule, List<Detection> some) {
    String color = rule.color();
    if (color == null) {
      return true;
    }
    if (some.stream().allMatch(detection -> detection.color() == null)) {
      throw new MeasureException(
          "the rules ask for colours, but the detections have no color; use a detector that names"
              + " colours");
    }
    long right = some.stream().filter(detection -> color.equals(detection.color())).count();
    if (right < rule.count()) {
      reasons.add("expected %d %s %s, found %d".formatted(rule.count(), color, rule.name(), right));
    }
    return right >= rule.count();
  }

  private boolean isPlaced(
      Rule rule, List<Detection> some, List<@Nullable List<Detection>> matched) {
    Position position = rule.position();
    if (position == null) {
      return true;
    }
    List<Detection> targets = matched.get(position.target());
    String target = rules.include().get(position.target()).name();
    if (targets == null) {
      reasons.add("no %s for %s to be %s".formatted(target, rule.name(), position.relation()));
      return false;
    }
    for (Detection object : some) {
      for (Detection other : targets) {
        if (!relations(object.box(), other.box()).contains(position.relation())) {
          reasons.add("%s is not %s %s".formatted(rule.name(), position.relation(), target));
          return false;
        }
      }
    }
    return true;
  }

  /** Returns where a box is, seen from another. */
  static Set<String> relations(Box box, Box other) {
    double x = box.middleX() - other.middleX();
    double y = box.middleY() - other.middleY();
    double gapX = gap(x, box.width() + other.width());
    double gapY = gap(y, box.height() + other.height());
    Set<String> relations = new HashSet<>();
    if (Math.abs(gapX) < ALMOST_ZERO && Math.abs(gapY) < ALMOST_ZERO) {
      return relations;
    }
    double distance = Math.hypot(x, y);
    add(relations, gapX / distance, "left of", "right of");
    add(relations, gapY / distance, "above", "below");
    return relations;
  }

  private static double gap(double offset, double sizes) {
    return Math.max(Math.abs(offset) - TOUCHING * sizes, 0) * Math.signum(offset);
  }

  private static void add(Set<String> relations, double share, String before, String after) {
    if (share < -CLEARLY) {
      relations.add(before);
    } else if (share > CLEARLY) {
      relations.add(after);
    }
  }
}
