package dev.sana4j.emoji.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.data.DataException;
import dev.sana4j.image.ImageSize;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpritesTest {
  private static final List<EmojiObject> OBJECTS = Emoji.SPRITES.objects();

  @Test
  void thereAreSixtyObjectsToBeginWithAndNinetyMore() {
    assertThat(OBJECTS).hasSize(150);
    assertThat(OBJECTS.subList(0, 60)).extracting(EmojiObject::tier).containsOnly(1);
    assertThat(OBJECTS.subList(60, 150)).extracting(EmojiObject::tier).containsOnly(2);
  }

  @Test
  void noTwoObjectsShareAnIdAnEmojiOrAName() {
    assertThat(OBJECTS).extracting(EmojiObject::id).doesNotHaveDuplicates();
    assertThat(OBJECTS).extracting(EmojiObject::emoji).doesNotHaveDuplicates();
    List<String> english = new ArrayList<>();
    List<String> chinese = new ArrayList<>();
    for (EmojiObject object : OBJECTS) {
      english.add(object.english().one());
      english.addAll(object.english().also());
      chinese.add(object.chinese().noun());
      chinese.addAll(object.chinese().also());
    }
    assertThat(english).doesNotHaveDuplicates();
    assertThat(chinese).doesNotHaveDuplicates();
  }

  @Test
  void articlesFitTheirNouns() {
    for (EmojiObject object : OBJECTS) {
      List<String> names = new ArrayList<>(object.english().also());
      names.add(object.english().one());
      assertThat(names)
          .allSatisfy(name -> assertThat(name).matches("(a (?![aeio]|um)|an [aeiou]).+"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyObjectIsDrawnInEveryStyle(Style style) {
    for (EmojiObject object : OBJECTS) {
      Sprite sprite = Emoji.SPRITES.sprite(object, style);
      assertThat(sprite.longest()).as(object.id()).isBetween(92, 96);
      assertThat(sprite.opaqueShare()).as(object.id()).isGreaterThan(0.15);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyObjectCanBeSeenOnEveryBackground(Background background) {
    var renderer = new SceneRenderer(Emoji.SPRITES);
    for (EmojiObject object : OBJECTS) {
      for (Style style : Style.values()) {
        List<Scene> scenes = new ArrayList<>();
        scenes.add(Emoji.single(object.id(), style, background, 0.5, 0.5));
        if (object.tints()) {
          Stream.of(Tint.values())
              .map(tint -> tinted(object, style, background, tint))
              .forEach(scenes::add);
        }
        for (Scene scene : scenes) {
          byte[] rgb = renderer.render(scene, new ImageSize(64, 64)).rgb();
          assertThat(different(rgb, background.rgb())).as(scene.toString()).isGreaterThan(0.04);
        }
      }
    }
  }

  private static Scene tinted(EmojiObject object, Style style, Background background, Tint tint) {
    return SceneGenerator.tinted(Scene.Shape.SQUARE, style, background, object, tint, 1);
  }

  @Test
  void manyObjectsLookRightInEveryColour() {
    assertThat(OBJECTS).filteredOn(EmojiObject::tints).hasSize(57);
    assertThat(OBJECTS.subList(0, 60)).filteredOn(EmojiObject::tints).hasSize(28);
  }

  /** Returns the share of pixels that visibly differ from the background. */
  private static double different(byte[] rgb, int background) {
    int count = 0;
    for (int i = 0; i < rgb.length; i += 3) {
      int red = (rgb[i] & 255) - (background >> 16 & 255);
      int green = (rgb[i + 1] & 255) - (background >> 8 & 255);
      int blue = (rgb[i + 2] & 255) - (background & 255);
      count += red * red + green * green + blue * blue > 60 * 60 ? 1 : 0;
    }
    return count / (rgb.length / 3.0);
  }

  @Test
  void moreObjectsThanThereAreAreRefused() {
    assertThat(Emoji.SPRITES.objects(2)).isEqualTo(OBJECTS.subList(0, 2));
    assertThatThrownBy(() -> Emoji.SPRITES.objects(151))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("1 to 150 objects, not 151");
    assertThatThrownBy(() -> Emoji.SPRITES.objects(0)).isInstanceOf(DataException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NOTICE.txt", "LICENSE-fluent-emoji.txt", "LICENSE-emojibase.txt"})
  void licencesAreBesideTheSprites(String name) throws IOException {
    try (InputStream in = Sprites.class.getResourceAsStream(name)) {
      assertThat(in).isNotNull();
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).contains("MIT License");
    }
  }
}
