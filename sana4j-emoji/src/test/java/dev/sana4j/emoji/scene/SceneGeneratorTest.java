package dev.sana4j.emoji.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.data.DataException;
import dev.sana4j.emoji.scene.Scene.Kind;
import dev.sana4j.emoji.scene.SceneGenerator.Split;
import dev.sana4j.image.ImageSize;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SceneGeneratorTest {
  private static final String ALL = "single=0.4,pair=0.3,count=0.2,color=0.1";

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
    EmojiObject octopus = Emoji.object("octopus");
    assertThat(HeldOut.pair(apple, Relation.LEFT, octopus)).isTrue();
    assertThat(HeldOut.pair(octopus, Relation.RIGHT, apple)).isTrue();
    assertThat(HeldOut.pair(octopus, Relation.LEFT, apple)).isFalse();
    assertThat(HeldOut.pair(apple, Relation.ABOVE, octopus)).isFalse();
    assertThat(HeldOut.count(Emoji.object("doughnut"), 3)).isTrue();
    assertThat(HeldOut.count(Emoji.object("airplane"), 2)).isTrue();
  }

  @Test
  void aboutATenthIsHeldOut() {
    List<EmojiObject> objects = Emoji.SPRITES.objects();
    double singles = 0;
    double pairs = 0;
    double stacks = 0;
    double counts = 0;
    double colours = 0;
    for (EmojiObject object : objects) {
      singles += heldOutOf(object);
      pairs += heldOutPairs(object, Relation.LEFT);
      stacks += heldOutPairs(object, Relation.BELOW);
      counts += Stream.of(2, 3, 4, 5).filter(number -> HeldOut.count(object, number)).count();
      colours += Stream.of(Tint.values()).filter(tint -> HeldOut.color(object, tint)).count();
    }
    assertThat(singles / (objects.size() * 16)).isBetween(0.08, 0.12);
    assertThat(pairs / (objects.size() * objects.size())).isBetween(0.08, 0.12);
    assertThat(stacks / (objects.size() * objects.size())).isBetween(0.08, 0.12);
    assertThat(counts / (objects.size() * 4)).isBetween(0.06, 0.14);
    assertThat(colours / (objects.size() * 6)).isBetween(0.06, 0.14);
  }

  private static long heldOutPairs(EmojiObject object, Relation relation) {
    return Emoji.SPRITES.objects().stream()
        .filter(other -> HeldOut.pair(object, relation, other))
        .count();
  }

  @Test
  void ofEachObjectOneOrTwoCombinationsAreHeldOut() {
    for (EmojiObject object : Emoji.SPRITES.objects()) {
      assertThat(heldOutOf(object)).as(object.id()).isBetween(1L, 2L);
      assertThat(HeldOut.count(object, 1)).isFalse();
      assertThat(Stream.of(2, 3, 4, 5).filter(number -> HeldOut.count(object, number)))
          .hasSizeLessThan(2);
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
    assertThat(shares(scenes, Scene::kind).get(Kind.SINGLE)).isBetween(0.37, 0.43);
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
  void pairsHaveEachRelationAndCountsEachNumber() {
    List<Scene> pairs = Emoji.scenes(2_000, Split.TRAIN, "pair=1").toList();
    assertThat(pairs).allMatch(scene -> !scene.object(0).equals(scene.object(1)));
    assertThat(shares(pairs, Scene::relation).values())
        .hasSize(4)
        .allMatch(share -> share > 0.2 && share < 0.3);
    List<Scene> counts = Emoji.scenes(2_000, Split.TRAIN, "count=1").toList();
    assertThat(shares(counts, scene -> scene.places().size()).values())
        .hasSize(5)
        .allMatch(share -> share > 0.15 && share < 0.25);
    List<Scene> colours = Emoji.scenes(2_000, Split.TRAIN, "color=1").toList();
    assertThat(colours).allMatch(scene -> scene.object(0).tints());
    assertThat(shares(colours, Scene::tint).values())
        .hasSize(6)
        .allMatch(share -> share > 0.13 && share < 0.2);
  }

  @Test
  void theSceneOfARelationLooksAsItSays() {
    List<EmojiObject> two = Emoji.SPRITES.objects(2);
    for (Relation relation : Relation.values()) {
      for (Scene.Shape shape : Scene.Shape.values()) {
        Scene scene = SceneGenerator.pair(shape, Style.FLAT, Background.RED, two, relation, 5);
        assertThat(scene.relation()).isEqualTo(relation);
        List<Box> boxes = new SceneRenderer(Emoji.SPRITES).boxes(scene, scene.shape().size(128));
        Box first = boxes.get(0);
        Box second = boxes.get(1);
        assertThat(
                switch (relation) {
                  case LEFT -> first.right() <= second.left();
                  case RIGHT -> second.right() <= first.left();
                  case ABOVE -> first.bottom() <= second.top();
                  case BELOW -> second.bottom() <= first.top();
                })
            .as(relation + " " + shape)
            .isTrue();
      }
    }
  }

  @Test
  void partnersDifferInOneThing() {
    SceneMix mix = mix(ALL).withPartners();
    var generator = new SceneGenerator(Emoji.SPRITES.objects(), Split.TRAIN, mix);
    Map<Kind, Integer> partners = new EnumMap<>(Kind.class);
    for (int number = 0; number < 2_000; number += 2) {
      Scene scene = generator.scene(1, number);
      Scene partner = generator.scene(1, number + 1);
      assertThat(HeldOut.isForTraining(partner)).isTrue();
      if (partner.kind() == scene.kind() && isPartner(scene, partner)) {
        partners.merge(scene.kind(), 1, Integer::sum);
      }
    }
    // a partner may be held out
    assertThat(partners.get(Kind.SINGLE)).isGreaterThan(380);
    assertThat(partners.get(Kind.PAIR)).isGreaterThan(220);
    assertThat(partners.get(Kind.COUNT)).isGreaterThan(170);
    assertThat(partners.get(Kind.COLOR)).isGreaterThan(80);
  }

  private static boolean isPartner(Scene scene, Scene partner) {
    boolean sameLook =
        scene.style() == partner.style() && scene.background() == partner.background();
    return switch (scene.kind()) {
      case SINGLE -> scene.places().equals(partner.places()) && !scene.equals(partner);
      case PAIR ->
          sameLook
              && scene.relation() == partner.relation()
              && scene.object(0).equals(partner.object(1))
              && scene.object(1).equals(partner.object(0));
      case COUNT ->
          sameLook
              && scene.object(0).equals(partner.object(0))
              && scene.places().size() != partner.places().size();
      case COLOR ->
          sameLook && scene.object(0).equals(partner.object(0)) && scene.tint() != partner.tint();
    };
  }

  @Test
  void kindsChangeOverTheSeries() {
    SceneMix mix = mix("single=1").changing(Shares.parse(Kind.class, "pair=1"), 1_000);
    var generator = new SceneGenerator(Emoji.SPRITES.objects(), Split.TRAIN, mix);
    assertThat(pairs(generator, 0, 200)).isBetween(5L, 40L);
    assertThat(pairs(generator, 400, 600)).isBetween(70L, 130L);
    assertThat(pairs(generator, 800, 1_000)).isBetween(160L, 195L);
    assertThat(pairs(generator, 1_000, 1_100)).isEqualTo(100);
  }

  private static long pairs(SceneGenerator generator, int from, int to) {
    return IntStream.range(from, to)
        .filter(number -> generator.scene(3, number).kind() == Kind.PAIR)
        .count();
  }

  /** The scenes of the first bundled model, so that its trainings can be repeated. */
  @Test
  void scenesOfTheFirstModelStayAsTheyWere() {
    SceneMix mix =
        SceneMix.of(
                Shares.parse(Kind.class, "single=0.55,pair=0.3,count=0.15"),
                Shares.parse(Scene.Shape.class, "square=0.7,wide=0.15,tall=0.15"))
            .with(Shares.parse(Relation.class, "left=1"))
            .withCounts(3);
    var generator = new SceneGenerator(Emoji.SPRITES.objects(60), Split.TRAIN, mix);
    List<String> captions =
        IntStream.range(0, 300)
            .mapToObj(
                number -> String.join("\n", SceneCaptions.draw(generator.scene(2, number), number)))
            .toList();
    assertThat(sha256(String.join("", captions))).startsWith("73ed0ce67cdfc568");
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
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
    var pairs = new SceneGenerator(one, Split.TRAIN, mix("pair=1"));
    assertThatThrownBy(() -> pairs.scene(0, 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("two objects");
    var counts = new SceneGenerator(one, Split.TEST, mix("count=1").withCounts(3));
    assertThatThrownBy(() -> counts.scene(0, 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "no scene of the kind count can be drawn from 1 objects in the split test");
  }

  private static SceneMix mix(String kinds) {
    return SceneMix.of(
        Shares.parse(Kind.class, kinds), Shares.parse(Scene.Shape.class, "square=1"));
  }

  @Test
  void shapesHaveAboutTheAreaOfTheSquare() {
    assertThat(Scene.Shape.SQUARE.size(128)).isEqualTo(new ImageSize(128, 128));
    assertThat(Scene.Shape.WIDE.size(128)).isEqualTo(new ImageSize(160, 96));
    assertThat(Scene.Shape.TALL.size(256)).isEqualTo(new ImageSize(208, 320));
  }
}
