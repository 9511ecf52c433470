package dev.sana4j.emoji.scene;

import dev.sana4j.emoji.scene.EmojiObject.English;
import java.util.List;
import java.util.Random;

/** The English sentences of {@link SceneCaptions}. */
final class EnglishCaptions {
  private static final List<String> NUMBERS = List.of("one", "two", "three");

  private EnglishCaptions() {}

  static String full(Scene scene) {
    String ground = " on " + ground(scene);
    return switch (scene.kind()) {
      case SINGLE -> styled(one(scene, 0), scene) + ground;
      case PAIR ->
          styled(one(scene, 0), scene) + " left of " + styled(one(scene, 1), scene) + ground;
      case COUNT -> counted(scene, scene.style().english() + " ") + ground;
    };
  }

  /** Returns one sentence per template. */
  static List<String> all(Scene scene, Random random) {
    return switch (scene.kind()) {
      case SINGLE -> single(scene, random);
      case PAIR -> pair(scene, random);
      case COUNT -> count(scene);
    };
  }

  private static List<String> single(Scene scene, Random random) {
    String ground = ground(scene);
    String name = name(scene, 0, random);
    String styled = styled(name, scene);
    String emoji = scene.object(0).emoji();
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

  private static List<String> pair(Scene scene, Random random) {
    String ground = " on " + ground(scene);
    String left = name(scene, 0, random);
    String right = name(scene, 1, random);
    return List.of(
        full(scene),
        left + " left of " + right + ground,
        right + " right of " + left + ground,
        left + " to the left of " + right,
        styled(left, scene) + " next to " + styled(right, scene) + ground,
        left + " and " + right + ground,
        "on the left " + left + ", on the right " + right + ", " + ground(scene),
        scene.object(0).emoji() + " left of " + scene.object(1).emoji() + ground);
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
