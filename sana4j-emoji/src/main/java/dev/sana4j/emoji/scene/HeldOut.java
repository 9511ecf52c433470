package dev.sana4j.emoji.scene;

import dev.sana4j.data.Draws;
import dev.sana4j.emoji.scene.Scene.Kind;
import java.util.Locale;

/**
 * The combinations that are held out from training: about a tenth of all, chosen by a hash of their
 * names.
 *
 * <p>Of single objects, one or two combinations of style and background per object are held out. Of
 * pairs, it is the two objects in their order, side by side or one above the other; of counts, the
 * object with the number, if that is more than one; of colours, the object with the colour. The
 * rule does not depend on the seed or on the number of objects, so more objects do not change what
 * is held out for the others.
 */
public final class HeldOut {
  private static final int ONE_IN = 10;

  /**
   * For three of five objects, two of their 16 combinations are held out, for the others one: in
   * total a tenth.
   */
  private static final int TWO_FOR = 3;

  private static final int TWO_OF = 5;

  private HeldOut() {}

  /**
   * Returns whether a scene may be used for training. It must not be held out itself, and none of
   * its objects may be held out with this style and background.
   *
   * @param scene any scene
   * @return true if it may be used for training
   */
  public static boolean isForTraining(Scene scene) {
    return !isForTesting(scene)
        && scene.places().stream()
            .noneMatch(place -> single(place.object(), scene.style(), scene.background()));
  }

  /**
   * Returns whether a scene is held out and serves for tests.
   *
   * @param scene any scene
   * @return true if it is held out
   */
  public static boolean isForTesting(Scene scene) {
    return switch (scene.kind()) {
      case SINGLE -> single(scene.object(0), scene.style(), scene.background());
      case PAIR -> pair(scene.object(0), scene.relation(), scene.object(1));
      case COUNT -> count(scene.object(0), scene.places().size());
      case COLOR -> color(scene.object(0), scene.tint());
    };
  }

  /**
   * Returns whether a combination of a single object is held out.
   *
   * @param object the object
   * @param style its style
   * @param background the background
   * @return true if it is held out
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
   * Returns whether a pair is held out, in any style and on any background.
   *
   * @param first an object
   * @param relation where the first object is, seen from the second
   * @param second another object
   * @return true if it is held out; the answer is the same for the opposite relation of the second
   *     to the first, but the reverse order is a different pair
   */
  public static boolean pair(EmojiObject first, Relation relation, EmojiObject second) {
    if (!relation.isFirstLeading()) {
      return pair(second, relation.opposite(), first);
    }
    long hash =
        relation.isVertical()
            ? hash(Kind.PAIR, word(relation), first.id(), second.id())
            : hash(Kind.PAIR, first.id(), second.id());
    return Long.remainderUnsigned(hash, ONE_IN) == 0;
  }

  /**
   * Returns whether a number of objects is held out, in any style and on any background.
   *
   * @param object the object
   * @param number number of objects, 1 to 5
   * @return true if it is held out; never for 1, which looks like a single object, and for at most
   *     one number of an object
   */
  public static boolean count(EmojiObject object, int number) {
    long rest = Long.remainderUnsigned(hash(Kind.COUNT, object.id()), ONE_IN);
    return rest + 2 == number;
  }

  /**
   * Returns whether a colour of an object is held out, in any style and on any background.
   *
   * @param object the object
   * @param tint its colour
   * @return true if it is held out
   */
  public static boolean color(EmojiObject object, Tint tint) {
    return Long.remainderUnsigned(hash(Kind.COLOR, object.id(), word(tint)), ONE_IN) == 0;
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
