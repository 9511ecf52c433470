package dev.sana4j.emoji.scene;

import dev.sana4j.emoji.scene.EmojiObject.English;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** The English sentences of {@link SceneCaptions}. */
final class EnglishCaptions {
  static final List<String> NUMBERS = List.of("one", "two", "three", "four", "five");

  private EnglishCaptions() {}

  static String full(Scene scene) {
    String ground = " on " + ground(scene);
    return switch (scene.kind()) {
      case SINGLE -> styled(one(scene, 0), scene) + ground;
      case COLOR -> styled(tinted(scene.tint(), one(scene, 0)), scene) + ground;
      case PAIR ->
          "%s %s %s%s"
              .formatted(
                  styled(one(scene, 0), scene),
                  scene.relation().english(),
                  styled(one(scene, 1), scene),
                  ground);
      case COUNT -> counted(scene, scene.style().english() + " ") + ground;
    };
  }

  /** Returns one sentence per template. */
  static List<String> all(Scene scene, Random random) {
    return switch (scene.kind()) {
      case SINGLE -> single(scene, name(scene, 0, random), scene.object(0).emoji());
      case COLOR -> tinted(scene, random);
      case PAIR -> pair(scene, random);
      case COUNT -> count(scene);
    };
  }

  private static List<String> single(Scene scene, String name, String emoji) {
    String ground = ground(scene);
    String styled = styled(name, scene);
    return List.of(
        full(scene),
        name + " on " + ground,
        styled + " on " + ground,
        ground + " with " + styled,
        name + ", " + ground,
        name + " in " + scene.style().english() + " style on " + ground,
        "an image of " + name + " on " + ground,
        styled,
        name,
        emoji + " on " + ground);
  }

  private static List<String> tinted(Scene scene, Random random) {
    Tint tint = scene.tint();
    English english = scene.object(0).english();
    List<String> others =
        english.also().stream()
            .filter(name -> Arrays.stream(Tint.values()).noneMatch(t -> names(name, t)))
            .toList();
    String name = SceneCaptions.name(english.one(), others, random);
    return single(scene, tinted(tint, name), tint.withArticle() + " " + scene.object(0).emoji());
  }

  private static boolean names(String name, Tint tint) {
    return List.of(name.split(" ")).contains(tint.english());
  }

  private static List<String> pair(Scene scene, Random random) {
    String ground = " on " + ground(scene);
    String first = name(scene, 0, random);
    String second = name(scene, 1, random);
    Relation relation = scene.relation();
    Relation opposite = relation.opposite();
    String is = " " + relation.english() + " ";
    return List.of(
        full(scene),
        first + is + second + ground,
        second + " " + opposite.english() + " " + first + ground,
        relation.isVertical()
            ? first + is + second
            : first + " to the " + is.strip() + " " + second,
        styled(first, scene)
            + (relation.isVertical() ? is : " next to ")
            + styled(second, scene)
            + ground,
        first + " and " + second + ground,
        "%s %s, %s %s, %s".formatted(on(relation), first, on(opposite), second, ground(scene)),
        scene.object(0).emoji() + is + scene.object(1).emoji() + ground);
  }

  private static String on(Relation relation) {
    return (relation.isVertical() ? "at the " : "on the ") + relation.side();
  }

  private static List<String> count(Scene scene) {
    String ground = ground(scene);
    String plain = counted(scene, "");
    String styled = counted(scene, scene.style().english() + " ");
    return List.of(
        full(scene),
        plain + " on " + ground,
        plain + ", " + ground,
        ground + " with " + styled,
        "an image of " + plain + " on " + ground,
        plain,
        styled,
        scene.object(0).emoji().repeat(scene.places().size()) + " on " + ground);
  }

  private static String ground(Scene scene) {
    return scene.background().withArticle() + " background";
  }

  private static String one(Scene scene, int index) {
    return scene.object(index).english().one();
  }

  private static String name(Scene scene, int index, Random random) {
    English english = scene.object(index).english();
    return SceneCaptions.name(english.one(), english.also(), random);
  }

  private static String tinted(Tint tint, String name) {
    return tint.withArticle() + " " + English.noun(name);
  }

  private static String styled(String name, Scene scene) {
    return "a " + scene.style().english() + " " + English.noun(name);
  }

  private static String counted(Scene scene, String adjective) {
    int count = scene.places().size();
    English english = scene.object(0).english();
    String noun = count == 1 ? English.noun(english.one()) : english.many();
    return NUMBERS.get(count - 1) + " " + adjective + noun;
  }
}
