package dev.sana4j.emoji.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.emoji.evaluate.EvaluationOptions.Prompts;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.SceneGenerator.Split;
import dev.sana4j.image.RgbImage;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BackgroundJudgeTest {
  private static final int COUNT = 150;

  private final Prompts prompts = Exam.prompts(150, 10, 64, Exam.ALL_SHAPES, Split.TEST);

  @ParameterizedTest
  @EnumSource(Scene.Kind.class)
  void everyRealSceneIsJudgedRight(Scene.Kind kind) {
    List<Scene> scenes = Exam.scenes(prompts, kind, COUNT);
    for (int i = 0; i < COUNT; i++) {
      RgbImage image = Exam.images(prompts, scenes.subList(i, i + 1)).get(0);
      assertThat(BackgroundJudge.of(image)).isEqualTo(scenes.get(i).background());
    }
  }

  @ParameterizedTest
  @EnumSource(Scene.Kind.class)
  void noiseDoesNotDisturb(Scene.Kind kind) {
    var random = new Random(4);
    List<Scene> scenes = Exam.scenes(prompts, kind, COUNT);
    for (int i = 0; i < COUNT; i++) {
      RgbImage image = Exam.images(prompts, scenes.subList(i, i + 1)).get(0);
      byte[] rgb = image.rgb();
      for (int j = 0; j < rgb.length; j++) {
        double noisy = (rgb[j] & 255) + 20 * random.nextGaussian();
        rgb[j] = (byte) Math.round(Math.max(0, Math.min(255, noisy)));
      }
      assertThat(BackgroundJudge.of(RgbImage.of(image.width(), image.height(), rgb)))
          .isEqualTo(scenes.get(i).background());
    }
  }
}
