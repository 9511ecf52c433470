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
import org.jspecify.annotations.Nullable;

/** An endless series of scenes; each is a pure function of a seed and its number. */
public final class SceneGenerator {
  /** With a tenth held out, this many successive failures do not happen by chance. */
  private static final int MOST_ATTEMPTS = 10_000;

  /** Makes the draws of the mix independent of those of the contents. */
  private static final long MIX_SALT = 0x4D69784F66536365L;

  private static final List<Tint> TINTS = List.of(Tint.values());

  private final List<EmojiObject> objects;
  private final List<EmojiObject> tinted;
  private final Split split;
  private final SceneMix mix;

  /** The scenes for training, or those that {@link HeldOut} holds out. */
  public enum Split {
    /** Only scenes that are not held out. */
    TRAIN,
    /** Only scenes that are held out. */
    TEST;

    /** Returns whether a scene belongs to the split. */
    boolean has(Scene scene) {
      return this == TRAIN ? HeldOut.isForTraining(scene) : HeldOut.isForTesting(scene);
    }
  }

  /**
   * Creates a generator, which is thread-safe.
   *
   * @param objects the objects to draw
   * @param split split of the scenes
   * @param mix share of each kind, shape and relation
   */
  public SceneGenerator(List<EmojiObject> objects, Split split, SceneMix mix) {
    this.objects = List.copyOf(objects);
    this.tinted = objects.stream().filter(EmojiObject::tints).toList();
    this.split = split;
    this.mix = mix;
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
    if (mix.partners() && number % 2 == 1) {
      Random random = random(seed, number, MIX_SALT);
      Scene before = drawn(seed, number - 1, null);
      return Partners.of(before, split, mix.largestCount(), random)
          .orElseGet(() -> drawn(seed, number, before.shape()));
    }
    return drawn(seed, number, null);
  }

  private static Random random(long seed, long number, long salt) {
    return new Random(Draws.scrambled(Draws.scrambled(seed ^ salt) + number));
  }

  /** Draws a scene; a shape that is given makes a batch with the scene before it possible. */
  private Scene drawn(long seed, long number, @Nullable Shape given) {
    Random ofMix = random(seed, number, MIX_SALT);
    Random random = random(seed, number, 0);
    Kind kind = mix.kind(number, ofMix.nextDouble(), random);
    Shape drawn = mix.shapes().draw(random);
    Shape shape = given == null ? drawn : given;
    Relation relation = mix.relations().draw(ofMix);
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      Style style = any(List.of(Style.values()), random);
      Background background = any(List.of(Background.values()), random);
      List<EmojiObject> shown = objects(kind, random);
      List<Place> places = Placement.places(kind, shape, shown, relation, random);
      if (kind == Kind.COLOR) {
        places = List.of(places.get(0).with(any(TINTS, random)));
      }
      Scene scene = new Scene(kind, shape, style, background, places);
      if (split.has(scene)) {
        return scene;
      }
    }
    throw new DataException(
        ("no scene of the kind %2$s can be drawn from %1$d objects in the split %3$s;"
                + " use more objects")
            .formatted(objects.size(), lower(kind), lower(split)));
  }

  /**
   * Returns a scene of given objects, which are placed as in a series.
   *
   * @param kind kind of the scene, but not {@link Kind#COLOR}
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
    List<Place> places = Placement.places(kind, shape, objects, Relation.LEFT, random);
    return new Scene(kind, shape, style, background, places);
  }

  /**
   * Returns a pair of given objects, which are placed as in a series.
   *
   * @param shape shape of the image
   * @param style style of both objects
   * @param background background behind them
   * @param objects two different objects
   * @param relation where the first object is, seen from the second
   * @param seed seed of the places
   * @return the scene, the same for the same arguments
   */
  public static Scene pair(
      Shape shape,
      Style style,
      Background background,
      List<EmojiObject> objects,
      Relation relation,
      long seed) {
    var random = new Random(Draws.scrambled(seed));
    List<Place> places = Placement.places(Kind.PAIR, shape, objects, relation, random);
    return new Scene(Kind.PAIR, shape, style, background, places);
  }

  /**
   * Returns a scene of an object in a colour, which is placed as in a series.
   *
   * @param shape shape of the image
   * @param style style of the object
   * @param background background behind it
   * @param object the object
   * @param tint its colour
   * @param seed seed of the place
   * @return the scene, the same for the same arguments
   */
  public static Scene tinted(
      Shape shape, Style style, Background background, EmojiObject object, Tint tint, long seed) {
    var random = new Random(Draws.scrambled(seed));
    Place place =
        Placement.places(Kind.COLOR, shape, List.of(object), Relation.LEFT, random).get(0);
    return new Scene(Kind.COLOR, shape, style, background, List.of(place.with(tint)));
  }

  /** Returns the objects that are drawn. */
  List<EmojiObject> objects() {
    return objects;
  }

  /** Returns the share of each kind, shape and relation. */
  SceneMix mix() {
    return mix;
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private List<EmojiObject> objects(Kind kind, Random random) {
    if (kind == Kind.COLOR && tinted.isEmpty()) {
      throw new DataException(
          "none of the objects looks right in another colour; use more objects");
    }
    EmojiObject first = any(kind == Kind.COLOR ? tinted : objects, random);
    return switch (kind) {
      case SINGLE, COLOR -> List.of(first);
      case COUNT -> Collections.nCopies(1 + random.nextInt(mix.largestCount()), first);
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

  private static <T> T any(List<T> values, Random random) {
    return values.get(random.nextInt(values.size()));
  }
}
