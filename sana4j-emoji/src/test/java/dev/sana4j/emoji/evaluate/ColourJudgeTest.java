package dev.sana4j.emoji.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.emoji.evaluate.EvaluationOptions.Prompts;
import dev.sana4j.emoji.scene.Background;
import dev.sana4j.emoji.scene.EmojiObject;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.SceneGenerator;
import dev.sana4j.emoji.scene.SceneGenerator.Split;
import dev.sana4j.emoji.scene.Style;
import dev.sana4j.emoji.scene.Tint;
import dev.sana4j.image.RgbImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ColourJudgeTest {
  private static final Prompts PROMPTS = Exam.prompts(150, 10, 64, "square=1", Split.TEST);

  @ParameterizedTest
  @EnumSource
  void colouredObjectsAreJudgedRight(Tint tint) {
    List<Scene> wrong = new ArrayList<>();
    for (EmojiObject object : Exam.SPRITES.objects()) {
      for (Style style : Style.values()) {
        for (Background background : Background.values()) {
          if (object.tints()) {
            Scene scene =
                SceneGenerator.tinted(
                    Scene.Shape.SQUARE, style, background, object, tint, object.hashCode());
            RgbImage image = Exam.images(PROMPTS, List.of(scene)).get(0);
            if (ColourJudge.of(image) != tint) {
              wrong.add(scene);
            }
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void aPlainImageHasNoColouredObject() {
    byte[] rgb = new byte[3 * 32 * 32];
    Arrays.fill(rgb, (byte) 90);
    assertThat(ColourJudge.of(RgbImage.of(32, 32, rgb))).isNull();
  }
}
