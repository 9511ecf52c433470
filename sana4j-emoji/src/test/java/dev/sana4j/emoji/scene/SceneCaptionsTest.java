package dev.sana4j.emoji.scene;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.emoji.scene.Scene.Kind;
import dev.sana4j.emoji.scene.SceneGenerator.Split;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SceneCaptionsTest {
  private static final List<Scene> SCENES =
      Emoji.scenes(3_000, Split.TRAIN, "single=0.3,pair=0.3,count=0.2,color=0.2").toList();
  private static final Pattern ENGLISH_GROUND = Pattern.compile("(\\S+) background");
  private static final Pattern CHINESE_GROUND = Pattern.compile("(..)背景");
  private static final List<String> ENGLISH_NUMBERS =
      List.of("one", "two", "three", "four", "five");
  private static final List<String> CHINESE_NUMBERS = List.of("一", "两", "三", "四", "五");

  private static List<String> english(Scene scene) {
    return SceneCaptions.draw(scene, 5).subList(0, SceneCaptions.EACH);
  }

  private static List<String> chinese(Scene scene) {
    return SceneCaptions.draw(scene, 5).subList(SceneCaptions.EACH, 2 * SceneCaptions.EACH);
  }

  @Test
  void fullCaptionsNameObjectStyleAndBackground() {
    Scene apple = Emoji.single("apple", Style.SOLID, Background.ORANGE, 0.5, 0.5);
    assertThat(SceneCaptions.english(apple)).isEqualTo("a 3D apple on an orange background");
    assertThat(SceneCaptions.chinese(apple)).isEqualTo("橙色背景上的一个3D风格的苹果");
    Scene pair = several(Kind.PAIR, "owl", "car");
    assertThat(SceneCaptions.english(pair))
        .isEqualTo("a flat owl left of a flat car on a red background");
    assertThat(SceneCaptions.chinese(pair)).isEqualTo("红色背景上，一只扁平风格的猫头鹰在一辆扁平风格的汽车的左边");
    Scene two = several(Kind.COUNT, "mouse", "mouse");
    assertThat(SceneCaptions.english(two)).isEqualTo("two flat mice on a red background");
    assertThat(SceneCaptions.chinese(two)).isEqualTo("红色背景上的两只扁平风格的老鼠");
    Scene car =
        SceneGenerator.tinted(
            Scene.Shape.SQUARE, Style.FLAT, Background.WHITE, Emoji.object("car"), Tint.BLUE, 1);
    assertThat(SceneCaptions.english(car)).isEqualTo("a flat blue car on a white background");
    assertThat(SceneCaptions.chinese(car)).isEqualTo("白色背景上的一辆扁平风格的蓝色汽车");
  }

  @ParameterizedTest
  @CsvSource({
    "LEFT,a flat owl left of a flat car on a red background,红色背景上，一只扁平风格的猫头鹰在一辆扁平风格的汽车的左边",
    "RIGHT,a flat owl right of a flat car on a red background,红色背景上，一只扁平风格的猫头鹰在一辆扁平风格的汽车的右边",
    "ABOVE,a flat owl above a flat car on a red background,红色背景上，一只扁平风格的猫头鹰在一辆扁平风格的汽车的上方",
    "BELOW,a flat owl below a flat car on a red background,红色背景上，一只扁平风格的猫头鹰在一辆扁平风格的汽车的下方"
  })
  void fullCaptionsOfPairsSayTheRelation(Relation relation, String english, String chinese) {
    Scene scene = pair(relation, "owl", "car");
    assertThat(SceneCaptions.english(scene)).isEqualTo(english);
    assertThat(SceneCaptions.chinese(scene)).isEqualTo(chinese);
  }

  private static Scene pair(Relation relation, String... ids) {
    List<EmojiObject> objects = Arrays.stream(ids).map(Emoji::object).toList();
    return SceneGenerator.pair(
        Scene.Shape.SQUARE, Style.FLAT, Background.RED, objects, relation, 1);
  }

  private static Scene several(Kind kind, String... ids) {
    List<Scene.Place> places = new ArrayList<>();
    for (String id : ids) {
      places.add(new Scene.Place(Emoji.object(id), 0.3 + 0.4 * places.size(), 0.5, 0.4));
    }
    return new Scene(kind, Scene.Shape.SQUARE, Style.FLAT, Background.RED, places);
  }

  @Test
  void captionsAreAFunctionOfSceneAndSeed() {
    Scene scene = SCENES.get(0);
    assertThat(SceneCaptions.draw(scene, 1)).isEqualTo(SceneCaptions.draw(scene, 1));
    Set<List<String>> drawn = new HashSet<>();
    for (int seed = 0; seed < 20; seed++) {
      drawn.add(SceneCaptions.draw(scene, seed));
    }
    assertThat(drawn).hasSizeGreaterThan(10);
  }

  @Test
  void thereAreThreeDifferentCaptionsInEachLanguage() {
    for (Scene scene : SCENES) {
      assertThat(SceneCaptions.draw(scene, 5)).hasSize(6).doesNotHaveDuplicates();
      assertThat(english(scene)).allMatch(caption -> !isChinese(caption));
      assertThat(chinese(scene)).allMatch(SceneCaptionsTest::isChinese);
    }
  }

  private static boolean isChinese(String text) {
    return text.codePoints().anyMatch(Character::isIdeographic);
  }

  @Test
  void aBackgroundThatIsNamedIsTheOneDrawn() {
    for (Scene scene : SCENES) {
      assertThat(english(scene))
          .allMatch(text -> finds(ENGLISH_GROUND, text, scene.background().english()));
      assertThat(chinese(scene))
          .allMatch(text -> finds(CHINESE_GROUND, text, scene.background().chinese()));
    }
    assertThat(SCENES.stream().flatMap(scene -> english(scene).stream()))
        .anyMatch(text -> !text.contains("background"))
        .noneMatch(text -> text.contains("a orange") || text.contains("an red"));
  }

  private static boolean finds(Pattern pattern, String text, String only) {
    Matcher matcher = pattern.matcher(text);
    return matcher.results().allMatch(result -> result.group(1).equals(only));
  }

  @Test
  void aStyleThatIsNamedIsTheOneDrawn() {
    for (Scene scene : SCENES) {
      boolean isFlat = scene.style() == Style.FLAT;
      assertThat(SceneCaptions.draw(scene, 5))
          .noneMatch(
              text -> text.contains(isFlat ? "3D" : "flat") || text.contains(isFlat ? "3D" : "扁平"));
    }
    assertThat(SCENES.stream().flatMap(scene -> SceneCaptions.draw(scene, 5).stream()))
        .anyMatch(text -> !text.contains("3D") && !text.contains("flat") && !text.contains("扁平"));
  }

  @Test
  void everyObjectOfTheSceneIsNamed() {
    for (Scene scene : SCENES) {
      for (Scene.Place place : scene.places()) {
        assertThat(SceneCaptions.draw(scene, 5)).allMatch(text -> at(text, place.object()) >= 0);
      }
    }
  }

  /** Returns the position of any of an object's names in a text; -1 if there is none. */
  private static int at(String text, EmojiObject object) {
    EmojiObject.English english = object.english();
    Stream<String> singular =
        Stream.concat(Stream.of(english.one()), english.also().stream())
            .map(EmojiObject.English::noun);
    Stream<String> others =
        Stream.concat(
            Stream.of(english.many(), object.emoji(), object.chinese().noun()),
            object.chinese().also().stream());
    return Stream.concat(singular, others)
        .mapToInt(text::indexOf)
        .filter(position -> position >= 0)
        .min()
        .orElse(-1);
  }

  @ParameterizedTest
  @EnumSource
  void relationsAreSaidAsTheyAreInBothDirections(Relation relation) {
    Relation opposite = relation.opposite();
    for (String[] ids : new String[][] {{"owl", "car"}, {"car", "owl"}}) {
      Scene scene = pair(relation, ids);
      Set<String> words = new HashSet<>();
      for (int seed = 0; seed < 60; seed++) {
        for (String caption : SceneCaptions.draw(scene, seed)) {
          boolean isInOrder = at(caption, scene.object(0)) < at(caption, scene.object(1));
          boolean isReversed =
              caption.contains(" " + opposite.english() + " ")
                  || caption.matches(".*在.*的" + opposite.chinese());
          assertThat(isInOrder).as(caption).isEqualTo(!isReversed);
          for (Relation each : List.of(relation, opposite)) {
            if (caption.contains(" " + each.english() + " ") || caption.endsWith(each.chinese())) {
              words.add(isReversed + each.name());
            }
          }
          assertThat(caption).doesNotContain(wrong(relation));
        }
      }
      assertThat(words).containsExactlyInAnyOrder("false" + relation, "true" + opposite);
    }
  }

  /** Returns words that are false of a relation. */
  private static List<String> wrong(Relation relation) {
    return relation.isVertical()
        ? List.of("left", "right", "左", "右", "next to")
        : List.of("above", "below", "top", "bottom", "上方", "下方");
  }

  @Test
  void colouredObjectsAreNamedWithTheirColour() {
    SCENES.stream()
        .filter(scene -> scene.kind() == Kind.COLOR)
        .forEach(
            scene -> {
              Tint tint = scene.tint();
              assertThat(english(scene)).allMatch(text -> text.contains(tint.english() + " "));
              assertThat(chinese(scene)).allMatch(text -> text.contains(tint.chinese()));
              String noGround = "\\w+ background|..背景";
              assertThat(SceneCaptions.draw(scene, 5))
                  .noneMatch(
                      text ->
                          Stream.of(Tint.values())
                              .filter(other -> other != tint)
                              .anyMatch(other -> names(text.replaceAll(noGround, ""), other)));
            });
  }

  private static boolean names(String text, Tint tint) {
    return text.matches(".*\\b" + tint.english() + "\\b.*") || text.contains(tint.chinese());
  }

  @Test
  void countsAreToldAsTheyAre() {
    SCENES.stream()
        .filter(scene -> scene.kind() == Kind.COUNT)
        .forEach(
            scene -> {
              int count = scene.places().size();
              String emoji = scene.object(0).emoji();
              assertThat(english(scene))
                  .allMatch(
                      text ->
                          text.contains(emoji.repeat(count))
                              || text.contains(ENGLISH_NUMBERS.get(count - 1) + " "));
              assertThat(chinese(scene))
                  .allMatch(
                      text ->
                          text.contains(emoji.repeat(count))
                              || text.contains(
                                  CHINESE_NUMBERS.get(count - 1)
                                      + scene.object(0).chinese().measure()));
            });
  }
}
