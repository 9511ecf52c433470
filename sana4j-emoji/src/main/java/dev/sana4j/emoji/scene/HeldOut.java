package dev.sana4j.emoji.scene;

import dev.sana4j.data.Draws;
import dev.sana4j.emoji.scene.Scene.Kind;
import java.util.Locale;

/**
 * Combinations held out from training: about a tenth, chosen by a hash of their names.
 *
 * <p>For single objects: one or two combinations of style and background per object. For pairs:
  * the two objects in their order. For counts: the object with the number, if that is two or
   * three. The rule does not depend on seeds or on the number of objects, so adding objects does
    * not change the held-out combinations of the others.
 */
public final class HeldOut {
  private static final int ONE_IN = 10;

  /** Three objects of five have two of their 16 combinations held out, the others one: a tenth. */
  private static final int TWO_FOR = 3;

  private static final int TWO_OF = 5;

  private HeldOut() {}

  /**
   * Returns whether a scene may be used for training: neither its combination is held out nor,
    * with several objects, any object with this style and background.
   *
   * @param scene any
   * @return whether it may
   */
  public static boolean isForTraining(Scene scene) {
    return !isForTesting(scene)
        && scene.places().stream()
            .noneMatch(place -> single(place.object(), scene.style(), scene.background()));
  }

  /**
   * Whether a scene is one to test with.
   *
   * @param scene any
   * @return whether its combination is held out
   */
  public static boolean isForTesting(Scene scene) {
    return switch (scene.kind()) {
      case SINGLE -> single(scene.object(0), scene.style(), scene.background());
      case PAIR -> pair(scene.object(0), scene.object(1));
      case COUNT -> count(scene.object(0), scene.places().size());
    };
  }

  /**
   * Whether a combination of a single object is held out.
   *
   * @param object the object
   * @param style how
   * @param background the background colour
   * @return whether it is
   */
  public static boolean single(EmojiObject object, Style style, Background background) {
    long hash = hash(Kind.SINGLE, object.id(), word(style), word(background));
    int smaller = 0;
    for (Style otherStyle : Style.values()) {
      for (Background other : Background.values()) {
        long others = hash(Kind.SINGLE, object.id(), word(otherStyle), word(other));
        smaller += Long.compareUnsigned(others, hash) < 0 ? 1 : 0;
      }
    }
    boolean hasTwo = Long.remainderUnsigned(hash(Kind.SINGLE, object.id()), TWO_OF) < TWO_FOR;
    return smaller < (hasTwo ? 2 : 1);
  }

  /**
   * Whether a pair is held out, in any style and on any background.
   *
   * @param left the object on the left
   * @param right the object on the right
   * @return whether it is; the other order is a separate pair
   */
  public static boolean pair(EmojiObject left, EmojiObject right) {
    return Long.remainderUnsigned(hash(Kind.PAIR, left.id(), right.id()), ONE_IN) == 0;
  }

  /**
   * Whether a number of objects is held out, in any style and on any background.
   *
   * @param object the object
   * @param number how many times, 1 to 3
   * @return whether it is; never for 1, which looks like a single object, nor for both 2 and 3
   */
  public static boolean count(EmojiObject object, int number) {
    long rest = Long.remainderUnsigned(hash(Kind.COUNT, object.id()), ONE_IN);
    return rest + 2 == number;
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static long hash(Kind kind, String... names) {
    long hash = 0;
    String text = word(kind) + "/" + String.join("/", names);
    for (int i = 0; i < text.length(); i++) {
      hash = Draws.scrambled(31 * hash + text.charAt(i));
    }
    return hash;
  }
}
