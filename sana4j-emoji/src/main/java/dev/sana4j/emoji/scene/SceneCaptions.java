package dev.sana4j.emoji.scene;

import dev.sana4j.data.Draws;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Describes a scene in English and Chinese; every statement is true. */
public final class SceneCaptions {
  /** Number of captions that {@link #draw} returns per language. */
  public static final int EACH = 3;

  private SceneCaptions() {}

  /**
   * The full English caption: objects, style, background; the prompt to test with.
   *
   * @param scene any
   * @return for example {@code a flat cat left of a flat car on a red background}
   */
  public static String english(Scene scene) {
    return EnglishCaptions.full(scene);
  }

  /**
   * The full Chinese caption.
   *
   * @param scene any
   * @return for example 红色背景上，一只扁平风格的猫在一辆扁平风格的汽车的左边
   */
  public static String chinese(Scene scene) {
    return ChineseCaptions.full(scene);
  }

  /**
   * Several captions to train with. Some omit style or background, some use another name or the
    * emoji itself.
   *
   * @param scene any
   * @param seed of the draw
   * @return {@link #EACH} different English ones, then as many Chinese ones; the same for the same
   *     arguments
   */
  public static List<String> draw(Scene scene, long seed) {
    var random = new Random(Draws.scrambled(seed));
    List<String> captions = new ArrayList<>(some(EnglishCaptions.all(scene, random), random));
    captions.addAll(some(ChineseCaptions.all(scene, random), random));
    return List.copyOf(captions);
  }

  private static List<String> some(List<String> all, Random random) {
    List<String> shuffled = new ArrayList<>(all.stream().distinct().toList());
    Collections.shuffle(shuffled, random);
    return shuffled.subList(0, EACH);
  }

  /** One of the names of something: half the time the first, otherwise another if there is one. */
  static String name(String first, List<String> others, Random random) {
    return others.isEmpty() || random.nextBoolean()
        ? first
        : others.get(random.nextInt(others.size()));
  }
}
