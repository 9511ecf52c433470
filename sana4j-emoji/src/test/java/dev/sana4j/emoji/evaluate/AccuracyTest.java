package dev.sana4j.emoji.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.emoji.evaluate.EvaluationOptions.Prompts;
import dev.sana4j.emoji.scene.Background;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.SceneGenerator.Split;
import dev.sana4j.emoji.scene.Style;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AccuracyTest {
  private static final Prompts PROMPTS = Exam.prompts(60, 10, 48, "square=1", Split.TEST);

  private static Scene scene(Scene.Kind kind) {
    return Exam.scenes(PROMPTS, kind, 3).get(2); // the count of three
  }

  private static int number(Scene scene, int place) {
    return Exam.numbers(60).getOrDefault(scene.object(place).id(), -1);
  }

  private static Map<String, Proportion> accuracy(
      Scene scene, Prediction prediction, Background background) {
    return new Accuracy(Exam.numbers(60))
        .of(List.of(scene), List.of(prediction), List.of(background));
  }

  @Test
  void aPairInTheWrongOrderIsThereButNotInOrder() {
    Scene scene = scene(Scene.Kind.PAIR);
    Prediction swapped = new Prediction(number(scene, 1), number(scene, 0), 0, scene.style(), 2);
    Map<String, Proportion> accuracy = accuracy(scene, swapped, scene.background());
    assertThat(accuracy.get("both")).isEqualTo(new Proportion(1, 1));
    assertThat(accuracy.get("ordered")).isEqualTo(new Proportion(0, 1));
    assertThat(accuracy.get("all")).isEqualTo(new Proportion(0, 1));
  }

  @Test
  void theSameObjectTwiceIsNoPair() {
    Scene scene = scene(Scene.Kind.PAIR);
    Prediction twice = new Prediction(number(scene, 0), number(scene, 0), 0, scene.style(), 2);
    Map<String, Proportion> accuracy = accuracy(scene, twice, scene.background());
    assertThat(accuracy.get("left")).isEqualTo(new Proportion(1, 1));
    assertThat(accuracy.get("right")).isEqualTo(new Proportion(0, 1));
    assertThat(accuracy.get("both")).isEqualTo(new Proportion(0, 1));
  }

  @Test
  void aCountIsToldApartByItsNumber() {
    Scene scene = scene(Scene.Kind.COUNT);
    Prediction prediction = new Prediction(0, 0, number(scene, 0), scene.style(), 3);
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
    var right = new Prediction(0, 0, object, scene.style(), 1);
    var flawed = new Prediction(0, 0, object, other, 1);
    assertThat(accuracy(scene, right, scene.background()))
        .containsEntry("all", new Proportion(1, 1));
    assertThat(accuracy(scene, right, wrong)).containsEntry("all", new Proportion(0, 1));
    assertThat(accuracy(scene, flawed, scene.background()))
        .containsEntry("all", new Proportion(0, 1));
  }
}
