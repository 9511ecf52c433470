package dev.sana4j.emoji.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.emoji.evaluate.EvaluationOptions.Prompts;
import dev.sana4j.emoji.scene.Background;
import dev.sana4j.emoji.scene.Relation;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.SceneGenerator.Split;
import dev.sana4j.emoji.scene.Style;
import dev.sana4j.emoji.scene.Tint;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AccuracyTest {
  private static final Prompts PROMPTS = Exam.prompts(60, 10, 48, "square=1", Split.TEST);

  private static Scene scene(Scene.Kind kind) {
    return Exam.scenes(PROMPTS, kind, 3).get(2); // the count of three, the pair above each other
  }

  private static int number(Scene scene, int place) {
    return Exam.numbers(60).getOrDefault(scene.object(place).id(), -1);
  }

  private static Map<String, Proportion> accuracy(
      Scene scene, Prediction prediction, Background background) {
    return accuracy(scene, prediction, background, null);
  }

  private static Map<String, Proportion> accuracy(
      Scene scene, Prediction prediction, Background background, @Nullable Tint tint) {
    return new Accuracy(Exam.numbers(60))
        .of(List.of(scene), List.of(prediction), List.of(new PixelJudgement(background, tint)));
  }

  @Test
  void aPairInTheWrongOrderIsThereButNotInOrder() {
    Scene scene = scene(Scene.Kind.PAIR);
    Prediction swapped =
        new Prediction(0, 0, number(scene, 1), number(scene, 0), 0, scene.style(), 2);
    Map<String, Proportion> accuracy = accuracy(scene, swapped, scene.background());
    assertThat(accuracy.get("both")).isEqualTo(new Proportion(1, 1));
    assertThat(accuracy.get("ordered")).isEqualTo(new Proportion(0, 1));
    assertThat(accuracy.get("above")).isEqualTo(new Proportion(0, 1));
    assertThat(accuracy).doesNotContainKeys("below", "left of", "right of");
    assertThat(accuracy.get("all")).isEqualTo(new Proportion(0, 1));
  }

  @Test
  void theSameObjectTwiceIsNoPair() {
    Scene scene = scene(Scene.Kind.PAIR);
    Prediction twice =
        new Prediction(0, 0, number(scene, 0), number(scene, 0), 0, scene.style(), 2);
    Map<String, Proportion> accuracy = accuracy(scene, twice, scene.background());
    assertThat(accuracy.get("first")).isEqualTo(new Proportion(1, 1));
    assertThat(accuracy.get("second")).isEqualTo(new Proportion(0, 1));
    assertThat(accuracy.get("both")).isEqualTo(new Proportion(0, 1));
  }

  @Test
  void bothObjectsMayStandAnyhow() {
    Scene scene = scene(Scene.Kind.PAIR);
    Prediction beside =
        new Prediction(number(scene, 0), number(scene, 1), 0, 0, 0, scene.style(), 2);
    Map<String, Proportion> accuracy = accuracy(scene, beside, scene.background());
    assertThat(accuracy.get("both")).isEqualTo(new Proportion(1, 1));
    assertThat(accuracy.get("ordered")).isEqualTo(new Proportion(0, 1));
  }

  @Test
  void everyRelationIsReadWhereItIs() {
    List<Scene> scenes = Exam.scenes(PROMPTS, Scene.Kind.PAIR, 4);
    for (Scene scene : scenes) {
      boolean isFirstLeading =
          scene.relation() == Relation.LEFT || scene.relation() == Relation.ABOVE;
      int leading = number(scene, isFirstLeading ? 0 : 1);
      int other = number(scene, isFirstLeading ? 1 : 0);
      boolean isVertical = scene.relation().isVertical();
      Prediction right =
          isVertical
              ? new Prediction(0, 0, leading, other, 0, scene.style(), 2)
              : new Prediction(leading, other, 0, 0, 0, scene.style(), 2);
      assertThat(accuracy(scene, right, scene.background()))
          .containsEntry("ordered", new Proportion(1, 1))
          .containsEntry(scene.relation().english(), new Proportion(1, 1));
    }
    assertThat(scenes).extracting(Scene::relation).containsExactly(Relation.values());
  }

  @Test
  void aColourIsRightOnlyIfItIsTheOneAsked() {
    Scene scene = scene(Scene.Kind.COLOR);
    Prediction named = new Prediction(0, 0, 0, 0, number(scene, 0), scene.style(), 1);
    assertThat(accuracy(scene, named, scene.background(), scene.tint()))
        .containsEntry("color", new Proportion(1, 1))
        .containsEntry("all", new Proportion(1, 1));
    assertThat(accuracy(scene, named, scene.background(), null))
        .containsEntry("object", new Proportion(1, 1))
        .containsEntry("color", new Proportion(0, 1))
        .containsEntry("all", new Proportion(0, 1));
  }

  @Test
  void aCountIsToldApartByItsNumber() {
    Scene scene = scene(Scene.Kind.COUNT);
    Prediction prediction = new Prediction(0, 0, 0, 0, number(scene, 0), scene.style(), 3);
    Map<String, Proportion> accuracy = accuracy(scene, prediction, scene.background());
    assertThat(accuracy.get("count of 3")).isEqualTo(new Proportion(1, 1));
    assertThat(accuracy).doesNotContainKey("count of 2");
    assertThat(accuracy.get("all")).isEqualTo(new Proportion(1, 1));
  }

  @Test
  void allMeansStyleAndBackgroundToo() {
    Scene scene = scene(Scene.Kind.SINGLE);
    Style other = scene.style() == Style.FLAT ? Style.SOLID : Style.FLAT;
    Background wrong = scene.background() == Background.RED ? Background.BLUE : Background.RED;
    int object = number(scene, 0);
    var right = new Prediction(0, 0, 0, 0, object, scene.style(), 1);
    var flawed = new Prediction(0, 0, 0, 0, object, other, 1);
    assertThat(accuracy(scene, right, scene.background()))
        .containsEntry("all", new Proportion(1, 1));
    assertThat(accuracy(scene, right, wrong)).containsEntry("all", new Proportion(0, 1));
    assertThat(accuracy(scene, flawed, scene.background()))
        .containsEntry("all", new Proportion(0, 1));
  }
}
