package dev.sana4j.emoji.scene;

import dev.sana4j.image.ImageSize;
import java.util.List;

/**
 * The contents of an image.
 *
 * @param kind kind of the scene
 * @param shape shape of the image
 * @param style style of all objects
 * @param background background behind them
 * @param places the objects; of a pair the left one first
 */
public record Scene(
    Kind kind, Shape shape, Style style, Background background, List<Place> places) {
  /** The kind of a scene: the number of objects and their relation. */
  public enum Kind {
    /** One object, large and near the middle. */
    SINGLE(1, 1),
    /** Two different objects, one left of the other. */
    PAIR(2, 2),
    /** One to three of the same object. */
    COUNT(1, 3);

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
     * @return 1 to 3
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
   */
  public record Place(EmojiObject object, double x, double y, double size) {}

  /**
   * Checks that kind and number of objects agree.
   *
   * @param kind kind of the scene
   * @param shape shape of the image
   * @param style style of all objects
   * @param background background behind them
   * @param places one for a single object, two for a pair, one to three for a count
   */
  public Scene {
    places = List.copyOf(places);
    if (places.size() < kind.least || places.size() > kind.most) {
      throw new IllegalArgumentException(kind + " of " + places.size() + " objects");
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
}
