package dev.sana4j.emoji.scene;

import dev.sana4j.data.Draws;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** English and Chinese captions of a scene; all of them are true. */
public final class SceneCaptions {
  /** Number of captions per language that {@link #draw} returns. */
  public static final int EACH = 3;

  private SceneCaptions() {}

  /**
   * Returns the full English caption with objects, style and background; evaluations use it as the
   * prompt.
   *
   * @param scene any scene
   * @return for example {@code a flat cat left of a flat car on a red background}
   */
  public static String english(Scene scene) {
    return EnglishCaptions.full(scene);
  }

  /**
   * Returns the full Chinese caption.
   *
   * @param scene any scene
   * @return for example 红色背景上，一只扁平风格的猫在一辆扁平风格的汽车的左边
   */
  public static String chinese(Scene scene) {
    return ChineseCaptions.full(scene);
  }

  /**
   * Returns several captions for training. Some omit the style or the background, some use another
   * name or the emoji itself.
   *
   * @param scene any scene
   * @param seed seed of the draw
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

  /**
   * Returns one of several names: the first with probability 1/2, otherwise another one if it
   * exists.
   */
  static String name(String first, List<String> others, Random random) {
    return others.isEmpty() || random.nextBoolean()
        ? first
        : others.get(random.nextInt(others.size()));
  }
}
