package dev.sana4j.emoji.scene;

import dev.sana4j.data.DataException;
import dev.sana4j.data.Draws;
import dev.sana4j.emoji.scene.Scene.Kind;
import dev.sana4j.emoji.scene.Scene.Place;
import dev.sana4j.emoji.scene.Scene.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** An endless series of scenes; each is a pure function of a seed and its number. */
public final class SceneGenerator {
  /** 6 pixels in either direction at 128 pixels, with which a tiny model still learns well. */
  private static final double JITTER = 6.0 / 128;

  /** Jitter in scenes with several objects, which must not touch. */
  private static final double SMALL_JITTER = 0.02;

  /** Factor by which two objects next to each other may be larger in a wide image. */
  private static final double ROOM_OF_WIDE = 1.3;

  private static final double NEAR = 0.27;
  private static final double FAR = 0.73;
  private static final double MIDDLE = 0.5;

  /** With a tenth held out, this many successive failures do not happen by chance. */
  private static final int MOST_ATTEMPTS = 10_000;

  private final List<EmojiObject> objects;
  private final Split split;
  private final Shares<Kind> kinds;
  private final Shares<Shape> shapes;

  /** The scenes for training, or those that {@link HeldOut} holds out. */
  public enum Split {
    /** Only scenes that are not held out. */
    TRAIN,
    /** Only scenes that are held out. */
    TEST
  }

  /**
   * Creates a generator, which is thread-safe.
   *
   * @param objects the objects to draw
   * @param split split of the scenes
   * @param kinds share of each kind of scene
   * @param shapes share of each shape of image
   */
  public SceneGenerator(
      List<EmojiObject> objects, Split split, Shares<Kind> kinds, Shares<Shape> shapes) {
    this.objects = List.copyOf(objects);
    this.split = split;
    this.kinds = kinds;
    this.shapes = shapes;
  }

  /**
   * Returns a scene.
   *
   * @param seed seed of the series
   * @param number index in the series, from 0
   * @return the scene, the same for the same arguments
   * @throws DataException if no such scene exists because there are too few objects
   */
  public Scene scene(long seed, long number) {
    var random = new Random(Draws.scrambled(Draws.scrambled(seed) + number));
    Kind kind = kinds.draw(random);
    Shape shape = shapes.draw(random);
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      Style style = any(List.of(Style.values()), random);
      Background background = any(List.of(Background.values()), random);
      List<EmojiObject> drawn = objects(kind, random);
      Scene scene = new Scene(kind, shape, style, background, places(kind, shape, drawn, random));
      if (split == Split.TRAIN ? HeldOut.isForTraining(scene) : HeldOut.isForTesting(scene)) {
        return scene;
      }
    }
    throw new DataException(
        "no scene of the kind %2$s can be drawn from %1$d objects in the split %3$s; use more objects"
            .formatted(objects.size(), lower(kind), lower(split)));
  }

  /**
   * Returns a scene of given objects, which are placed as in a series.
   *
   * @param kind kind of the scene
   * @param shape shape of the image
   * @param style style of all objects
   * @param background background behind them
   * @param objects as many as the kind has; of a pair the left one first
   * @param seed seed of the places
   * @return the scene, the same for the same arguments
   */
  public static Scene place(
      Kind kind,
      Shape shape,
      Style style,
      Background background,
      List<EmojiObject> objects,
      long seed) {
    var random = new Random(Draws.scrambled(seed));
    return new Scene(kind, shape, style, background, places(kind, shape, objects, random));
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private List<EmojiObject> objects(Kind kind, Random random) {
    EmojiObject first = any(objects, random);
    return switch (kind) {
      case SINGLE -> List.of(first);
      case COUNT -> Collections.nCopies(1 + random.nextInt(3), first);
      case PAIR -> {
        List<EmojiObject> others = new ArrayList<>(objects);
        others.remove(first);
        if (others.isEmpty()) {
          throw new DataException("a pair needs two objects, and there is one");
        }
        yield List.of(first, any(others, random));
      }
    };
  }

  private static List<Place> places(
      Kind kind, Shape shape, List<EmojiObject> drawn, Random random) {
    return switch (drawn.size()) {
      case 1 -> {
        double size = size(kind == Kind.SINGLE ? 0.60 : 0.40, 0.75, random);
        yield List.of(place(drawn.get(0), MIDDLE, MIDDLE, size, JITTER, random));
      }
      case 2 -> two(kind, shape, drawn, random);
      default -> three(drawn, random);
    };
  }

  /** Places two objects next to each other, with slightly different heights. */
  private static List<Place> two(Kind kind, Shape shape, List<EmojiObject> drawn, Random random) {
    double room = shape == Shape.WIDE ? ROOM_OF_WIDE : 1;
    double size = room * size(0.36, 0.42, random);
    double sway = kind == Kind.PAIR ? JITTER : 2 * JITTER;
    return List.of(
        swayed(drawn.get(0), NEAR, size, sway, random),
        swayed(drawn.get(1), FAR, size, sway, random));
  }

  private static Place swayed(
      EmojiObject object, double x, double size, double sway, Random random) {
    double y = MIDDLE + sway * (2 * random.nextDouble() - 1);
    return place(object, x, y, size, SMALL_JITTER, random);
  }

  /** Places three objects as two and one, in either order from the top. */
  private static List<Place> three(List<EmojiObject> drawn, Random random) {
    double size = size(0.34, 0.42, random);
    boolean isOneAbove = random.nextBoolean();
    double pair = isOneAbove ? FAR : NEAR;
    double one = isOneAbove ? NEAR : FAR;
    return List.of(
        place(drawn.get(0), NEAR, pair, size, SMALL_JITTER, random),
        place(drawn.get(1), FAR, pair, size, SMALL_JITTER, random),
        place(drawn.get(2), MIDDLE, one, size, SMALL_JITTER, random));
  }

  private static double size(double least, double most, Random random) {
    return least + (most - least) * random.nextDouble();
  }

  private static Place place(
      EmojiObject object, double x, double y, double size, double jitter, Random random) {
    double byX = jitter * (2 * random.nextDouble() - 1);
    double byY = jitter * (2 * random.nextDouble() - 1);
    return new Place(object, x + byX, y + byY, size);
  }

  private static <T> T any(List<T> values, Random random) {
    return values.get(random.nextInt(values.size()));
  }
}
