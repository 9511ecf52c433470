package dev.sana4j.emoji.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.emoji.evaluate.EvaluationOptions.Prompts;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.SceneGenerator.Split;
import dev.sana4j.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScorersTest {
  private static final int OBJECTS = 4;
  private static final Prompts LEARNED = prompts("square=1");
  private static final Prompts SHAPES = prompts(Exam.ALL_SHAPES);

  @TempDir private static Path trained;
  @TempDir private Path folder;

  private static Prompts prompts(String shapes) {
    return Exam.prompts(OBJECTS, 10, 48, shapes, Split.TRAIN);
  }

  @BeforeAll
  static void train() {
    Exam.scorers(Exam.options(LEARNED, trained, 60, false)).close();
  }

  @ParameterizedTest
  @EnumSource(ScorerKind.class)
  void aShortTrainingBeatsChance(ScorerKind kind) {
    List<Scene> scenes = Exam.scenes(LEARNED, Scene.Kind.SINGLE, 100);
    List<RgbImage> images = Exam.images(LEARNED, scenes);
    try (Scorers scorers = Exam.scorers(Exam.options(LEARNED, trained, 60, false))) {
      Scorer scorer =
          scorers.all().stream().filter(each -> each.kind() == kind).findFirst().orElseThrow();
      int right = 0;
      List<Prediction> predictions = scorer.read(images).predictions();
      for (int i = 0; i < scenes.size(); i++) {
        Integer number = Exam.numbers(OBJECTS).get(scenes.get(i).object(0).id());
        right += number != null && predictions.get(i).object() == number ? 1 : 0;
      }
      assertThat(right).isGreaterThan(60); // 20 by chance
    }
  }

  @Test
  void whatWasSavedGivesTheSameVerdictsAndSoDoesAnotherTraining() {
    List<RgbImage> images = Exam.images(SHAPES, Exam.scenes(SHAPES, Scene.Kind.PAIR, 30));
    List<Prediction> first = predictions(SHAPES, folder.resolve("first"), images);
    assertThat(predictions(SHAPES, folder.resolve("first"), images)).isEqualTo(first);
    assertThat(predictions(SHAPES, folder.resolve("second"), images)).isEqualTo(first);
  }

  private static List<Prediction> predictions(Prompts prompts, Path folder, List<RgbImage> images) {
    try (Scorers scorers = Exam.scorers(Exam.options(prompts, folder, 2, false))) {
      return scorers.all().stream()
          .flatMap(scorer -> scorer.read(images).predictions().stream())
          .toList();
    }
  }

  @Test
  void scorersOfOtherObjectsAreRefusedOrReplaced() throws IOException {
    Path kept = folder.resolve("kept");
    Exam.scorers(Exam.options(LEARNED, kept, 1, false)).close();
    Prompts others = Exam.prompts(5, 10, 48, "square=1", Split.TRAIN);
    assertThatThrownBy(() -> Exam.scorers(Exam.options(others, kept, 1, false)))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("for 4 objects, not these 5; name another folder");
    assertThatThrownBy(() -> Exam.scorers(Exam.options(LEARNED, kept, 2, false)))
        .hasMessageContaining("of steps 1, not 2");
    try (Scorers replaced = Exam.scorers(Exam.options(others, kept, 1, true))) {
      assertThat(replaced.reused()).isFalse();
    }
    try (Scorers again = Exam.scorers(Exam.options(others, kept, 1, false))) {
      assertThat(again.reused()).isTrue();
    }
    assertThat(kept.toFile().list())
        .containsExactlyInAnyOrder("colour.safetensors", "grey.safetensors", "scorers.json");
  }

  @Test
  void damagedScorersAreRefusedInOneLine() throws IOException {
    Path kept = folder.resolve("damaged");
    Exam.scorers(Exam.options(LEARNED, kept, 1, false)).close();
    Files.writeString(kept.resolve("grey.safetensors"), "nothing");
    assertThatThrownBy(() -> Exam.scorers(Exam.options(LEARNED, kept, 1, false)))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("delete the folder");
  }
}
