package dev.sana4j.emoji.scene;

import dev.sana4j.emoji.scene.EmojiObject.Chinese;
import java.util.List;
import java.util.Random;

/** The Chinese sentences of {@link SceneCaptions}. */
final class ChineseCaptions {
  private ChineseCaptions() {}

  static String full(Scene scene) {
    String ground = ground(scene);
    Chinese first = scene.object(0).chinese();
    return switch (scene.kind()) {
      case SINGLE -> ground + "上的" + styled(scene, first, 1, first.noun());
      case PAIR -> {
        Chinese second = scene.object(1).chinese();
        yield "%s上，%s在%s的左边"
            .formatted(
                ground,
                styled(scene, first, 1, first.noun()),
                styled(scene, second, 1, second.noun()));
      }
      case COUNT -> ground + "上的" + styled(scene, first, scene.places().size(), first.noun());
    };
  }

  /** Returns one sentence per template. */
  static List<String> all(Scene scene, Random random) {
    return switch (scene.kind()) {
      case SINGLE -> single(scene, random);
      case PAIR -> pair(scene, random);
      case COUNT -> count(scene, random);
    };
  }

  private static List<String> single(Scene scene, Random random) {
    String ground = ground(scene);
    Chinese chinese = scene.object(0).chinese();
    String name = name(chinese, random);
    String one = chinese.number(1) + name;
    return List.of(
        full(scene),
        ground + "上的" + one,
        one + "，" + ground,
        ground + "，" + one,
        ground + "上的" + styled(scene, chinese, 1, name),
        scene.style().chinese() + "的" + name + "，" + ground,
        styled(scene, chinese, 1, name),
        one,
        ground + "上的" + scene.object(0).emoji());
  }

  private static List<String> pair(Scene scene, Random random) {
    String ground = ground(scene);
    Chinese first = scene.object(0).chinese();
    Chinese second = scene.object(1).chinese();
    String left = first.number(1) + name(first, random);
    String right = second.number(1) + name(second, random);
    return List.of(
        full(scene),
        "%s上，%s在%s的左边".formatted(ground, left, right),
        "%s上，%s在%s的右边".formatted(ground, right, left),
        "左边是%s，右边是%s，%s".formatted(left, right, ground),
        "%s在%s的左边".formatted(left, right),
        "%s和%s，%s".formatted(left, right, ground),
        "%s，%s上的%s和%s".formatted(scene.style().chinese(), ground, left, right));
  }

  private static List<String> count(Scene scene, Random random) {
    String ground = ground(scene);
    Chinese chinese = scene.object(0).chinese();
    int count = scene.places().size();
    String name = name(chinese, random);
    String counted = chinese.number(count) + name;
    return List.of(
        full(scene),
        ground + "上的" + counted,
        counted + "，" + ground,
        ground + "上有" + counted,
        counted,
        styled(scene, chinese, count, name),
        ground + "上的" + scene.object(0).emoji().repeat(count));
  }

  private static String ground(Scene scene) {
    return scene.background().chinese() + "背景";
  }

  private static String name(Chinese chinese, Random random) {
    return SceneCaptions.name(chinese.noun(), chinese.also(), random);
  }

  private static String styled(Scene scene, Chinese chinese, int count, String name) {
    return chinese.number(count) + scene.style().chinese() + "的" + name;
  }
}
