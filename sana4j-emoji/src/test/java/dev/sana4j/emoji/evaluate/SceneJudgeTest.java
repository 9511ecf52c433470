package dev.sana4j.emoji.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.emoji.evaluate.EvaluationOptions.Prompts;
import dev.sana4j.emoji.scene.Background;
import dev.sana4j.emoji.scene.EmojiObject;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.SceneCaptions;
import dev.sana4j.emoji.scene.SceneGenerator;
import dev.sana4j.emoji.scene.SceneGenerator.Split;
import dev.sana4j.emoji.scene.SceneRenderer;
import dev.sana4j.emoji.scene.Sprites;
import dev.sana4j.emoji.scene.Style;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SceneJudgeTest {
  private static final int OBJECTS = 3;
  private static final Sprites SPRITES = Sprites.load();

  @TempDir private Path folder;

  private static Scene scene(Scene.Kind kind, Background background, int... objects) {
    List<EmojiObject> all = SPRITES.objects(OBJECTS);
    List<EmojiObject> shown = Arrays.stream(objects).mapToObj(all::get).toList();
    return SceneGenerator.place(kind, Scene.Shape.SQUARE, Style.FLAT, background, shown, 1);
  }

  private static RgbImage drawn(Scene scene) {
    return new SceneRenderer(SPRITES).render(scene, new ImageSize(48, 48));
  }

  /** Opens scorers that hardly trained; only the background is sure. */
  private SceneJudge judge() {
    Prompts prompts = Exam.prompts(OBJECTS, 10, 48, "square=1", Split.TRAIN);
    Exam.scorers(Exam.options(prompts, folder, 1, false)).close();
    return SceneJudge.open(folder);
  }

  @Test
  void anImageOfTheSceneIsBetterThanOneWithAnotherBackground() {
    Scene right = scene(Scene.Kind.PAIR, Background.RED, 0, 1);
    Scene wrong = scene(Scene.Kind.PAIR, Background.BLUE, 0, 1);
    try (SceneJudge judge = judge()) {
      for (String prompt : List.of(SceneCaptions.english(right), SceneCaptions.chinese(right))) {
        List<Double> scores = judge.scores(prompt, List.of(drawn(right), drawn(wrong)));
        assertThat(scores.get(0)).isGreaterThan(scores.get(1));
      }
    }
  }

  @Test
  void findsSinglesAndCountsToo() {
    try (SceneJudge judge = judge()) {
      for (Scene scene :
          List.of(
              scene(Scene.Kind.SINGLE, Background.RED, 2),
              scene(Scene.Kind.COUNT, Background.RED, 1, 1, 1))) {
        assertThat(judge.scores(SceneCaptions.english(scene), List.of(drawn(scene))))
            .allMatch(Double::isFinite);
      }
    }
  }

  @Test
  void refusesOtherPrompts() {
    try (SceneJudge judge = judge()) {
      RgbImage image = drawn(scene(Scene.Kind.SINGLE, Background.RED, 0));
      for (ThrowingCallable asking :
          List.<ThrowingCallable>of(
              () -> judge.scores("a castle", List.of(image)), () -> judge.check("a castle"))) {
        assertThatThrownBy(asking)
            .isInstanceOf(EvaluationException.class)
            .hasMessageContaining("full captions of scenes");
      }
    }
  }

  @Test
  void refusesAFolderWithoutScorers() {
    assertThatThrownBy(() -> SceneJudge.open(folder))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("contains no scorers");
  }
}
