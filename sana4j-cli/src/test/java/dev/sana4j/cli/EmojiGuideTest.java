package dev.sana4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.emoji.model.EmojiModel;
import dev.sana4j.emoji.scene.Background;
import dev.sana4j.emoji.scene.EmojiObject;
import dev.sana4j.emoji.scene.Sprites;
import dev.sana4j.emoji.scene.Style;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.server.jobs.ModelCard;
import dev.sana4j.server.jobs.ModelGuide;
import dev.sana4j.server.jobs.ModelGuide.Backdrop;
import dev.sana4j.server.jobs.ModelGuide.StyleChoice;
import dev.sana4j.server.jobs.ModelGuide.Subject;
import dev.sana4j.server.jobs.ModelGuide.Words;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The guide of the bundled models, against the words that they were trained with. */
class EmojiGuideTest {
  private static final ModelCard CARD = ModelCard.of("emoji", ModelConfig.read(EmojiModel.open()));

  private final ModelGuide guide = Objects.requireNonNull(CARD.guide());

  @Test
  void itsObjectsAreThoseOfTheTrainingWithAllTheirNames() {
    List<EmojiObject> trained = Sprites.load().objects(60);
    assertThat(guide.objects()).hasSameSizeAs(trained);
    for (int i = 0; i < trained.size(); i++) {
      EmojiObject object = trained.get(i);
      Subject subject = guide.objects().get(i);
      assertThat(subject.emoji()).isEqualTo(object.emoji());
      assertThat(subject.en())
          .containsExactlyElementsOf(
              Stream.concat(
                      Stream.of(noun(object.english().one()), object.english().many()),
                      object.english().also().stream().map(EmojiGuideTest::noun))
                  .distinct()
                  .toList());
      assertThat(subject.zh())
          .containsExactlyElementsOf(
              Stream.concat(Stream.of(object.chinese().noun()), object.chinese().also().stream())
                  .toList());
      assertThat(subject.example())
          .isEqualTo(
              new Words(
                  object.english().one(),
                  "一" + object.chinese().measure() + object.chinese().noun()));
    }
  }

  private static String noun(String withArticle) {
    return withArticle.replaceFirst("^an? ", "");
  }

  @Test
  void itsStylesAreThoseOfTheTraining() {
    assertThat(guide.styles())
        .extracting(StyleChoice::word)
        .containsExactlyElementsOf(
            Stream.of(Style.values())
                .map(style -> new Words(style.english(), style.chinese() + "的"))
                .toList());
  }

  @Test
  void itsBackgroundsAreThoseOfTheTraining() {
    assertThat(guide.backgrounds())
        .extracting(Backdrop::phrase)
        .containsExactlyElementsOf(
            Stream.of(Background.values())
                .map(
                    ground ->
                        new Words(ground.withArticle() + " background", ground.chinese() + "背景"))
                .toList());
    assertThat(guide.backgrounds())
        .extracting(Backdrop::color)
        .containsExactlyElementsOf(
            Stream.of(Background.values()).map(ground -> "#%06x".formatted(ground.rgb())).toList());
  }

  @Test
  void itsGuidanceIsTheDefaultOfTheServer() {
    assertThat(CARD.defaults().guidance()).isEqualTo(3);
  }
}
