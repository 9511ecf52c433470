package dev.sana4j.emoji.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.data.DataException;
import dev.sana4j.emoji.scene.Scene.Kind;
import dev.sana4j.emoji.scene.SceneGenerator.Split;
import dev.sana4j.image.ImageSize;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SceneGeneratorTest {
  private static final String ALL = "single=0.5,pair=0.3,count=0.2";

  @Test
  void aSceneIsAFunctionOfItsSeedAndNumber() {
    SceneGenerator generator = Emoji.generator(Split.TRAIN, ALL);
    Scene scene = generator.scene(7, 3);
    assertThat(Emoji.generator(Split.TRAIN, ALL).scene(7, 3)).isEqualTo(scene);
    assertThat(generator.scene(7, 4)).isNotEqualTo(scene);
    assertThat(generator.scene(8, 3)).isNotEqualTo(scene);
  }

  @Test
  void trainingNeverMeetsWhatIsHeldOut() {
    assertThat(Emoji.scenes(20_000, Split.TRAIN, ALL))
        .noneMatch(HeldOut::isForTesting)
        .allMatch(
            scene -> {
              Function<Scene.Place, Boolean> heldOut =
                  place -> HeldOut.single(place.object(), scene.style(), scene.background());
              return scene.places().stream().map(heldOut).noneMatch(held -> held);
            });
  }

  @ParameterizedTest
  @EnumSource
  void testingMeetsOnlyWhatIsHeldOut(Kind kind) {
    String kinds = kind.name().toLowerCase(Locale.ROOT) + "=1";
    assertThat(Emoji.scenes(2_000, Split.TEST, kinds))
        .allMatch(HeldOut::isForTesting)
        .allMatch(scene -> scene.kind() == kind);
  }

  @Test
  void theRuleStaysAsItIs() {
    EmojiObject apple = Emoji.object("apple");
    assertThat(HeldOut.single(apple, Style.FLAT, Background.ORANGE)).isTrue();
    assertThat(HeldOut.single(apple, Style.SOLID, Background.WHITE)).isTrue();
    assertThat(HeldOut.pair(apple, Emoji.object("octopus"))).isTrue();
    assertThat(HeldOut.pair(Emoji.object("octopus"), apple)).isFalse();
    assertThat(HeldOut.count(Emoji.object("doughnut"), 3)).isTrue();
    assertThat(HeldOut.count(Emoji.object("airplane"), 2)).isTrue();
  }

  @Test
  void aboutATenthIsHeldOut() {
    List<EmojiObject> objects = Emoji.SPRITES.objects();
    double singles = 0;
    double pairs = 0;
    double counts = 0;
    for (EmojiObject object : objects) {
      singles += heldOutOf(object);
      pairs += objects.stream().filter(other -> HeldOut.pair(object, other)).count();
      counts += Stream.of(2, 3).filter(number -> HeldOut.count(object, number)).count();
    }
    assertThat(singles / (objects.size() * 16)).isBetween(0.08, 0.12);
    assertThat(pairs / (objects.size() * objects.size())).isBetween(0.08, 0.12);
    assertThat(counts / (objects.size() * 2)).isBetween(0.06, 0.14);
  }

  @Test
  void ofEachObjectOneOrTwoCombinationsAreHeldOut() {
    for (EmojiObject object : Emoji.SPRITES.objects()) {
      assertThat(heldOutOf(object)).as(object.id()).isBetween(1L, 2L);
      assertThat(HeldOut.count(object, 1)).isFalse();
      assertThat(HeldOut.count(object, 2) && HeldOut.count(object, 3)).isFalse();
    }
  }

  private static long heldOutOf(EmojiObject object) {
    return Stream.of(Style.values())
        .flatMap(style -> Stream.of(Background.values()).map(b -> HeldOut.single(object, style, b)))
        .filter(held -> held)
        .count();
  }

  @Test
  void everyObjectStyleAndBackgroundIsTrainedOnAboutEquallyOften() {
    List<Scene> scenes = Emoji.scenes(20_000, Split.TRAIN, "single=1").toList();
    assertThat(shares(scenes, scene -> scene.object(0).id())).hasSize(150);
    assertThat(shares(scenes, scene -> scene.object(0).id()).values())
        .allMatch(share -> share * 150 > 0.5 && share * 150 < 1.5);
    assertThat(shares(scenes, Scene::style).values())
        .hasSize(2)
        .allMatch(share -> share > 0.45 && share < 0.55);
    assertThat(shares(scenes, Scene::background).values())
        .hasSize(8)
        .allMatch(share -> share > 0.1 && share < 0.15);
  }

  private static <T> Map<T, Double> shares(List<Scene> scenes, Function<Scene, T> key) {
    return scenes.stream()
        .collect(Collectors.groupingBy(key, Collectors.summingDouble(s -> 1.0 / scenes.size())));
  }

  @Test
  void kindsComeAsOftenAsAsked() {
    List<Scene> scenes = Emoji.scenes(10_000, Split.TRAIN, ALL).toList();
    assertThat(shares(scenes, Scene::kind).get(Kind.SINGLE)).isBetween(0.47, 0.53);
    assertThat(shares(scenes, Scene::kind).get(Kind.PAIR)).isBetween(0.27, 0.33);
    assertThat(shares(scenes, Scene::kind).get(Kind.COUNT)).isBetween(0.17, 0.23);
  }

  @ParameterizedTest
  @ValueSource(ints = {48, 64, 96, 128, 240, 1024})
  void objectsAreInsideTheImageAndDoNotOverlap(int side) {
    var renderer = new SceneRenderer(Emoji.SPRITES);
    assertThat(Emoji.scenes(5_000, Split.TRAIN, ALL))
        .allSatisfy(
            scene -> {
              ImageSize size = scene.shape().size(side);
              List<Box> boxes = renderer.boxes(scene, size);
              assertThat(boxes).hasSize(scene.places().size());
              assertThat(boxes).allMatch(box -> isInside(box, size));
              for (Box box : boxes) {
                assertThat(boxes).allMatch(other -> other.equals(box) || isApart(box, other));
              }
            });
  }

  private static boolean isInside(Box box, ImageSize size) {
    return box.left() >= 0
        && box.top() >= 0
        && box.right() <= size.width()
        && box.bottom() <= size.height()
        && box.width() > 0
        && box.height() > 0;
  }

  private static boolean isApart(Box box, Box other) {
    return box.right() <= other.left() + 1e-9
        || other.right() <= box.left() + 1e-9
        || box.bottom() <= other.top() + 1e-9
        || other.bottom() <= box.top() + 1e-9;
  }

  @Test
  void theFirstOfAPairIsOnTheLeft() {
    assertThat(Emoji.scenes(1_000, Split.TRAIN, "pair=1"))
        .allMatch(scene -> scene.places().get(0).x() + 0.3 < scene.places().get(1).x())
        .allMatch(scene -> !scene.object(0).equals(scene.object(1)));
  }

  @Test
  void givenObjectsArePlacedByTheSeed() {
    List<EmojiObject> two = Emoji.SPRITES.objects(2);
    Scene scene = placed(two, 5);
    assertThat(scene).isEqualTo(placed(two, 5)).isNotEqualTo(placed(two, 6));
    assertThat(scene.object(0)).isEqualTo(two.get(0));
    assertThat(scene.places().get(0).x()).isLessThan(scene.places().get(1).x());
  }

  private static Scene placed(List<EmojiObject> objects, long seed) {
    return SceneGenerator.place(
        Kind.PAIR, Scene.Shape.SQUARE, Style.FLAT, Background.RED, objects, seed);
  }

  @Test
  void tooFewObjectsForAKindAreRefused() {
    List<EmojiObject> one = Emoji.SPRITES.objects(1);
    Shares<Scene.Shape> square = Shares.parse(Scene.Shape.class, "square=1");
    var pairs = new SceneGenerator(one, Split.TRAIN, Shares.parse(Kind.class, "pair=1"), square);
    assertThatThrownBy(() -> pairs.scene(0, 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("two objects");
    var counts = new SceneGenerator(one, Split.TEST, Shares.parse(Kind.class, "count=1"), square);
    assertThatThrownBy(() -> counts.scene(0, 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "no scene of the kind count can be drawn from 1 objects in the split test");
  }

  @Test
  void shapesHaveAboutTheAreaOfTheSquare() {
    assertThat(Scene.Shape.SQUARE.size(128)).isEqualTo(new ImageSize(128, 128));
    assertThat(Scene.Shape.WIDE.size(128)).isEqualTo(new ImageSize(160, 96));
    assertThat(Scene.Shape.TALL.size(256)).isEqualTo(new ImageSize(208, 320));
  }
}
