package dev.sana4j.emoji.scene;

import dev.sana4j.image.ImageSize;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The contents of an image.
 *
 * @param kind kind of the scene
 * @param shape shape of the image
 * @param style style of all objects
 * @param background background behind them
 * @param places the objects; of a pair the one first that captions name first
 */
public record Scene(
    Kind kind, Shape shape, Style style, Background background, List<Place> places) {
  /** The kind of a scene: the number of objects and their relation. */
  public enum Kind {
    /** One object, large and near the middle. */
    SINGLE(1, 1),
    /** Two different objects in one of four {@linkplain Relation relations}. */
    PAIR(2, 2),
    /** One to five of the same object. */
    COUNT(1, 5),
    /** One object in another {@linkplain Tint colour}, large and near the middle. */
    COLOR(1, 1);

    private final int least;
    private final int most;

    Kind(int least, int most) {
      this.least = least;
      this.most = most;
    }

    /**
     * Returns the smallest number of objects.
     *
     * @return 1 or 2
     */
    public int least() {
      return least;
    }

    /**
     * Returns the largest number of objects.
     *
     * @return 1 to 5
     */
    public int most() {
      return most;
    }
  }

  /** The proportions of an image. */
  public enum Shape {
    /** As wide as high. */
    SQUARE,
    /** About 3:2. */
    WIDE,
    /** About 2:3. */
    TALL;

    /** Sides are multiples of this, which autoencoders need. */
    static final int MULTIPLE = 16;

    private static final double RATIO = 1.5;

    /**
     * Returns the size of an image with about the area of a square.
     *
     * @param side side of the square, a multiple of 16
     * @return sides that are multiples of 16; for 128 they are 128x128, 160x96 and 96x160
     */
    public ImageSize size(int side) {
      if (this == SQUARE) {
        return new ImageSize(side, side);
      }
      int longer = multiple(side * Math.sqrt(RATIO));
      int shorter = multiple((double) side * side / longer);
      return this == WIDE ? new ImageSize(longer, shorter) : new ImageSize(shorter, longer);
    }

    /** Returns the shape with its sides swapped. */
    Shape turned() {
      return switch (this) {
        case SQUARE -> SQUARE;
        case WIDE -> TALL;
        case TALL -> WIDE;
      };
    }

    private static int multiple(double side) {
      return Math.max(1, (int) Math.round(side / MULTIPLE)) * MULTIPLE;
    }
  }

  /**
   * An object and its place.
   *
   * @param object the object
   * @param x its middle, as a share of the image's width
   * @param y its middle, as a share of the image's height
   * @param size its longest side, as a share of the image's shorter side
   * @param tint its colour; null if it has those of its drawing
   */
  public record Place(EmojiObject object, double x, double y, double size, @Nullable Tint tint) {
    /**
     * Creates the place of an object in the colours of its drawing.
     *
     * @param object the object
     * @param x its middle, as a share of the image's width
     * @param y its middle, as a share of the image's height
     * @param size its longest side, as a share of the image's shorter side
     */
    public Place(EmojiObject object, double x, double y, double size) {
      this(object, x, y, size, null);
    }

    /** Returns the same place with another object, in the colours of its drawing. */
    Place with(EmojiObject other) {
      return new Place(other, x, y, size);
    }

    /** Returns the same place with the object in a colour. */
    Place with(Tint colour) {
      return new Place(object, x, y, size, colour);
    }
  }

  /**
   * Checks that kind, number and colours of the objects agree.
   *
   * @param kind kind of the scene
   * @param shape shape of the image
   * @param style style of all objects
   * @param background background behind them
   * @param places one for a single object, with a colour if that is its kind, two for a pair, one
   *     to five for a count
   */
  public Scene {
    places = List.copyOf(places);
    if (places.size() < kind.least || places.size() > kind.most) {
      throw new IllegalArgumentException(kind + " of " + places.size() + " objects");
    }
    for (Place place : places) {
      if ((place.tint() == null) == (kind == Kind.COLOR)) {
        throw new IllegalArgumentException(kind + " of an object of colour " + place.tint());
      }
    }
  }

  /**
   * Returns an object of the scene.
   *
   * @param index 0 to the number of places - 1
   * @return the object
   */
  public EmojiObject object(int index) {
    return places.get(index).object();
  }

  /**
   * Returns the relation of a pair.
   *
   * @return where the first object is, seen from the second
   */
  public Relation relation() {
    if (kind != Kind.PAIR) {
      throw new IllegalStateException("only a pair has a relation, not " + kind);
    }
    Place first = places.get(0);
    Place second = places.get(1);
    double across = second.x() - first.x();
    double down = second.y() - first.y();
    if (Math.abs(across) >= Math.abs(down)) {
      return across > 0 ? Relation.LEFT : Relation.RIGHT;
    }
    return down > 0 ? Relation.ABOVE : Relation.BELOW;
  }

  /**
   * Returns the colour of a scene of the kind {@link Kind#COLOR}.
   *
   * @return the colour of its object
   */
  public Tint tint() {
    Tint tint = places.get(0).tint();
    if (tint == null) {
      throw new IllegalStateException("the object has no colour, the scene is a " + kind);
    }
    return tint;
  }
}
