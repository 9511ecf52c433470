package dev.sana4j.emoji.scene;

import dev.sana4j.emoji.scene.EmojiObject.Chinese;
import java.util.Arrays;
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
      case COLOR -> ground + "上的" + styled(scene, first, 1, tinted(scene.tint(), first.noun()));
      case PAIR -> {
        Chinese second = scene.object(1).chinese();
        yield "%s上，%s在%s的%s"
            .formatted(
                ground,
                styled(scene, first, 1, first.noun()),
                styled(scene, second, 1, second.noun()),
                scene.relation().chinese());
      }
      case COUNT -> ground + "上的" + styled(scene, first, scene.places().size(), first.noun());
    };
  }

  /** Returns one sentence per template. */
  static List<String> all(Scene scene, Random random) {
    return switch (scene.kind()) {
      case SINGLE ->
          single(scene, name(scene.object(0).chinese(), random), scene.object(0).emoji());
      case COLOR -> tinted(scene, random);
      case PAIR -> pair(scene, random);
      case COUNT -> count(scene, random);
    };
  }

  private static List<String> single(Scene scene, String name, String emoji) {
    String ground = ground(scene);
    Chinese chinese = scene.object(0).chinese();
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
        ground + "上的" + emoji);
  }

  private static List<String> tinted(Scene scene, Random random) {
    Tint tint = scene.tint();
    Chinese chinese = scene.object(0).chinese();
    List<String> others =
        chinese.also().stream()
            .filter(name -> Arrays.stream(Tint.values()).noneMatch(t -> names(name, t)))
            .toList();
    String name = SceneCaptions.name(chinese.noun(), others, random);
    return single(scene, tinted(tint, name), tinted(tint, scene.object(0).emoji()));
  }

  private static boolean names(String name, Tint tint) {
    return name.startsWith(tint.chinese().substring(0, 1));
  }

  private static String tinted(Tint tint, String name) {
    return tint.chinese() + name;
  }

  private static List<String> pair(Scene scene, Random random) {
    String ground = ground(scene);
    Chinese first = scene.object(0).chinese();
    Chinese second = scene.object(1).chinese();
    String one = first.number(1) + name(first, random);
    String other = second.number(1) + name(second, random);
    Relation relation = scene.relation();
    Relation opposite = relation.opposite();
    return List.of(
        full(scene),
        "%s上，%s在%s的%s".formatted(ground, one, other, relation.chinese()),
        "%s上，%s在%s的%s".formatted(ground, other, one, opposite.chinese()),
        "%s是%s，%s是%s，%s".formatted(relation.chinese(), one, opposite.chinese(), other, ground),
        "%s在%s的%s".formatted(one, other, relation.chinese()),
        "%s和%s，%s".formatted(one, other, ground),
        "%s，%s上的%s和%s".formatted(scene.style().chinese(), ground, one, other));
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
