package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.scene.Relation;
import dev.sana4j.emoji.scene.Scene;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compares the scorers' output with the scenes of the prompts and counts the matches. */
final class Accuracy {
  private final Map<String, int[]> counts = new LinkedHashMap<>();
  private final Map<String, Integer> numbers;

  /** Takes the class index of each object by its id. */
  Accuracy(Map<String, Integer> numbers) {
    this.numbers = numbers;
  }

  /** Returns the share of correct images for every property. */
  Map<String, Proportion> of(
      List<Scene> scenes, List<Prediction> predictions, List<PixelJudgement> judged) {
    for (int i = 0; i < scenes.size(); i++) {
      Scene scene = scenes.get(i);
      Prediction prediction = predictions.get(i);
      boolean right = judged.get(i).background() == scene.background();
      right &=
          switch (scene.kind()) {
            case SINGLE -> note("object", prediction.object() == number(scene, 0));
            case PAIR -> pair(scene, prediction);
            case COUNT -> count(scene, prediction);
            case COLOR -> color(scene, prediction, judged.get(i));
          };
      right &= note("style", prediction.style() == scene.style());
      note("all", right);
    }
    return proportions();
  }

  private boolean pair(Scene scene, Prediction prediction) {
    Relation relation = scene.relation();
    int first = number(scene, 0);
    int second = number(scene, 1);
    boolean isFirst = note("first", prediction.first(relation) == first);
    boolean isSecond = note("second", prediction.first(relation.opposite()) == second);
    boolean ordered = isFirst && isSecond;
    note("both", prediction.hasBoth(first, second));
    note(relation.english(), ordered);
    return note("ordered", ordered);
  }

  private boolean color(Scene scene, Prediction prediction, PixelJudgement judged) {
    boolean named = note("object", prediction.object() == number(scene, 0));
    return note("color", judged.tint() == scene.tint()) && named;
  }

  private boolean count(Scene scene, Prediction prediction) {
    int asked = scene.places().size();
    boolean counted = note("count of " + asked, prediction.count() == asked);
    boolean named = note("object", prediction.object() == number(scene, 0));
    return note("count", counted) && named;
  }

  private int number(Scene scene, int place) {
    return numbers.getOrDefault(scene.object(place).id(), -1);
  }

  private boolean note(String name, boolean right) {
    int[] count = counts.computeIfAbsent(name, any -> new int[2]);
    count[0] += right ? 1 : 0;
    count[1]++;
    return right;
  }

  private Map<String, Proportion> proportions() {
    Map<String, Proportion> proportions = new LinkedHashMap<>();
    counts.forEach((name, count) -> proportions.put(name, new Proportion(count[0], count[1])));
    return proportions;
  }

  /** Returns the share of correct backgrounds. */
  static Proportion backgrounds(List<Scene> scenes, List<PixelJudgement> judged) {
    int right = 0;
    for (int i = 0; i < scenes.size(); i++) {
      right += judged.get(i).background() == scenes.get(i).background() ? 1 : 0;
    }
    return new Proportion(right, scenes.size());
  }
}
