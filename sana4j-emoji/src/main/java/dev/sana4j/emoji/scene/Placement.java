package dev.sana4j.emoji.scene;

import dev.sana4j.emoji.scene.Scene.Kind;
import dev.sana4j.emoji.scene.Scene.Place;
import dev.sana4j.emoji.scene.Scene.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Places the objects of a scene so that they neither overlap nor leave the image. */
final class Placement {
  /** 6 pixels in either direction at 128 pixels, with which a tiny model still learns well. */
  private static final double JITTER = 6.0 / 128;

  /** Jitter in scenes with several objects, which must not touch. */
  private static final double SMALL_JITTER = 0.02;

  /** Jitter of five objects. */
  private static final double SMALLEST_JITTER = 0.01;

  /** Factor by which two objects next to each other may be larger in a wide image. */
  private static final double ROOM_OF_WIDE = 1.3;

  private static final double NEAR = 0.27;
  private static final double FAR = 0.73;
  private static final double MIDDLE = 0.5;

  /** The places of three objects in a row, and of two in the other row. */
  private static final double[] THREE_OF_FIVE = {0.19, MIDDLE, 0.81};

  private static final double[] TWO_OF_FIVE = {0.345, 0.655};
  private static final double[] ROWS_OF_FIVE = {0.3, 0.7};

  private Placement() {}

  /** Returns the places of objects of a kind; a relation matters only for a pair. */
  static List<Place> places(
      Kind kind, Shape shape, List<EmojiObject> drawn, Relation relation, Random random) {
    return switch (drawn.size()) {
      case 1 -> {
        double size = size(kind == Kind.COUNT ? 0.40 : 0.60, 0.75, random);
        yield List.of(place(drawn.get(0), MIDDLE, MIDDLE, size, JITTER, random));
      }
      case 2 ->
          kind == Kind.PAIR
              ? pair(shape, drawn, relation, random)
              : two(shape, drawn, 2 * JITTER, random);
      case 3 -> three(drawn, random);
      case 4 -> four(drawn, random);
      default -> five(drawn, random);
    };
  }

  /** Places the leading object of a relation on the left or at the top. */
  private static List<Place> pair(
      Shape shape, List<EmojiObject> drawn, Relation relation, Random random) {
    Shape across = relation.isVertical() ? shape.turned() : shape;
    List<Place> places = two(across, drawn, JITTER, random);
    if (relation.isVertical()) {
      places = places.stream().map(Placement::turned).toList();
    }
    return relation.isFirstLeading()
        ? places
        : List.of(places.get(1).with(drawn.get(0)), places.get(0).with(drawn.get(1)));
  }

  private static Place turned(Place place) {
    return new Place(place.object(), place.y(), place.x(), place.size());
  }

  /** Places two objects next to each other, with slightly different heights. */
  private static List<Place> two(Shape shape, List<EmojiObject> drawn, double sway, Random random) {
    double room = shape == Shape.WIDE ? ROOM_OF_WIDE : 1;
    double size = room * size(0.36, 0.42, random);
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

  private static List<Place> four(List<EmojiObject> drawn, Random random) {
    double size = size(0.32, 0.41, random);
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      double x = i % 2 == 0 ? NEAR : FAR;
      double y = i < 2 ? NEAR : FAR;
      places.add(place(drawn.get(i), x, y, size, SMALL_JITTER, random));
    }
    return places;
  }

  /** Places five objects as three and two, in rows or columns, in either order. */
  private static List<Place> five(List<EmojiObject> drawn, Random random) {
    double size = size(0.24, 0.29, random);
    boolean isThreeFirst = random.nextBoolean();
    boolean inColumns = random.nextBoolean();
    List<Place> places = new ArrayList<>();
    for (int row = 0; row < 2; row++) {
      double[] along = isThreeFirst == (row == 0) ? THREE_OF_FIVE : TWO_OF_FIVE;
      for (double x : along) {
        EmojiObject object = drawn.get(places.size());
        Place place = place(object, x, ROWS_OF_FIVE[row], size, SMALLEST_JITTER, random);
        places.add(inColumns ? turned(place) : place);
      }
    }
    return places;
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
}
