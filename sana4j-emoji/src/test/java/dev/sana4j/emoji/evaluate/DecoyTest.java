package dev.sana4j.emoji.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.emoji.evaluate.EvaluationOptions.Prompts;
import dev.sana4j.emoji.scene.Box;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.SceneGenerator.Split;
import dev.sana4j.image.RgbImage;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DecoyTest {
  private final Prompts prompts = Exam.prompts(60, 10, 64, "square=1", Split.TEST);

  @ParameterizedTest
  @EnumSource(Decoy.class)
  void itCoversTheObjectAndKeepsTheBackground(Decoy decoy) {
    for (Scene scene : Exam.scenes(prompts, Scene.Kind.SINGLE, 40)) {
      RgbImage image = Exam.images(prompts, List.of(scene)).get(0);
      byte[] rgb = image.rgb();
      Box box = Exam.RENDERER.boxes(scene, image.size()).get(0);
      decoy.lay(rgb, 64, box, new Box(0, 0, 64, 64), new SplittableRandom(1));
      assertThat(rgb).isNotEqualTo(image.rgb());
      assertThat(BackgroundJudge.of(RgbImage.of(64, 64, rgb))).isEqualTo(scene.background());
    }
  }
}
