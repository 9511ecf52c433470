package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.emoji.model.EmojiModel;
import dev.sana4j.emoji.scene.Relation;
import dev.sana4j.emoji.scene.Scene;
import dev.sana4j.emoji.scene.SceneCaptions;
import dev.sana4j.emoji.scene.SceneGenerator;
import dev.sana4j.emoji.scene.SceneMix;
import dev.sana4j.emoji.scene.Shares;
import dev.sana4j.emoji.scene.Sprites;
import dev.sana4j.files.StrictJson;
import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.model.ModelGuide;
import dev.sana4j.pipeline.model.PromptVocabulary;
import dev.sana4j.server.jobs.ModelCard;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guide of the bundled models, against the words of the scenes that they were trained on. */
class EmojiGuideTest {
  private static final ModelCard CARD = ModelCard.of("emoji", ModelConfig.read(EmojiModel.open()));

  @TempDir private Path folder;

  @Test
  void itKnowsTheWordsOfTheTraining() {
    Path scenes = folder.resolve("scenes");
    Run.sana(
            "train",
            "scenes",
            "-o",
            scenes,
            "--count",
            1,
            "--kinds",
            "single=1,pair=1,count=1",
            "--relations",
            "left=1",
            "--counts",
            3)
        .succeeds();
    Path file = scenes.resolve("guide.json");
    ModelGuide trained = ModelGuide.parse(StrictJson.read(file, 1 << 18), file);
    ModelGuide guide = Objects.requireNonNull(CARD.guide());
    assertThat(guide)
        .usingRecursiveComparison()
        .ignoringFields("guidance", "examples")
        .isEqualTo(trained);
  }

  @Test
  void noCaptionOfTheTrainingHasAnUnknownWord() {
    PromptVocabulary vocabulary =
        Objects.requireNonNull(PromptVocabulary.of(Objects.requireNonNull(CARD.guide())));
    SceneMix mix =
        SceneMix.of(
                Shares.parse(Scene.Kind.class, "single=1,pair=1,count=1"),
                Shares.parse(Scene.Shape.class, "square=1"))
            .with(Shares.parse(Relation.class, "left=1"))
            .withCounts(3);
    var generator = new SceneGenerator(Sprites.load().objects(60), SceneGenerator.Split.TRAIN, mix);
    for (int number = 0; number < 500; number++) {
      for (String caption : SceneCaptions.draw(generator.scene(1, number), number)) {
        assertThat(vocabulary.read(caption))
            .isEqualTo(new PromptVocabulary.Reading(caption, List.of()));
      }
    }
  }

  @Test
  void itsGuidanceIsTheDefaultOfTheServer() {
    assertThat(CARD.defaults().guidance()).isEqualTo(3);
  }

  @Test
  void theSizesOfferedAreThoseThatItWorksAt() {
    assertThat(CARD.sizes().values())
        .extracting(ImageSize::toString)
        .containsExactly("128x128", "144x96", "96x144", "128x96", "96x128", "160x96", "96x160");
  }
}
