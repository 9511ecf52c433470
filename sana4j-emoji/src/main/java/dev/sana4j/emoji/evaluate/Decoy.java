package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.scene.Box;
import java.util.SplittableRandom;

/**
 * A replacement for an object that has its colours but is not an object. Scorers must not accept
 * it.
 */
enum Decoy {
  /** The object, blurred until no shape is left. */
  BLUR,
  /** An ellipse of the object's mean colour. */
  BLOB,
  /** The pieces of the object in another order. */
  PIECES,
  /** Nothing. */
  GAP;

  private static final int TILES = 4;
  private static final int VISIBLE = 24;
  private static final int BLUR_PASSES = 3;
  private static final double REACH = 0.3;

  /**
   * Draws the decoy over a box.
   *
   * @param rgb pixels of the image, changed
   * @param width width of the image
   * @param box box of the object
   * @param room surrounding area without other objects, into which a blur may extend
   * @param random source of randomness
   */
  void lay(byte[] rgb, int width, Box box, Box room, SplittableRandom random) {
    Area area = Area.of(rgb, width, box);
    switch (this) {
      case BLUR -> blur(rgb, Area.of(rgb, width, grown(box, room)), random);
      case BLOB -> blob(rgb, area);
      case PIECES -> shuffle(rgb, area, random);
      case GAP -> area.fill(rgb);
    }
  }

  private static Box grown(Box box, Box room) {
    double by = REACH * Math.max(box.width(), box.height());
    return new Box(
        Math.max(room.left(), box.left() - by),
        Math.max(room.top(), box.top() - by),
        Math.min(room.right(), box.right() + by),
        Math.min(room.bottom(), box.bottom() + by));
  }

  /** A rectangle of whole pixels in an image whose corner has the colour of the background. */
  private record Area(int width, int left, int top, int right, int bottom, int colour) {
    static Area of(byte[] rgb, int width, Box box) {
      int height = rgb.length / 3 / width;
      return new Area(
          width,
          Math.max(0, (int) Math.floor(box.left())),
          Math.max(0, (int) Math.floor(box.top())),
          Math.min(width, (int) Math.ceil(box.right())),
          Math.min(height, (int) Math.ceil(box.bottom())),
          (rgb[0] & 255) << 16 | (rgb[1] & 255) << 8 | (rgb[2] & 255));
    }

    int columns() {
      return right - left;
    }

    int rows() {
      return bottom - top;
    }

    int at(int x, int y) {
      return ((top + y) * width + left + x) * 3;
    }

    /** Returns a channel of the background, 0 to 255. */
    int ground(int channel) {
      return colour >> (16 - 8 * channel) & 255;
    }

    void fill(byte[] rgb) {
      for (int y = 0; y < rows(); y++) {
        for (int x = 0; x < columns(); x++) {
          for (int channel = 0; channel < 3; channel++) {
            rgb[at(x, y) + channel] = (byte) ground(channel);
          }
        }
      }
    }
  }

  private static void blur(byte[] rgb, Area area, SplittableRandom random) {
    int size = Math.max(area.columns(), area.rows());
    int radius = Math.max(2, (int) Math.round(size * (0.07 + 0.07 * random.nextDouble())));
    float[] line = new float[size];
    for (int pass = 0; pass < BLUR_PASSES; pass++) {
      for (int channel = 0; channel < 3; channel++) {
        int ground = area.ground(channel);
        for (int y = 0; y < area.rows(); y++) {
          mean(rgb, area.at(0, y) + channel, 3, area.columns(), radius, ground, line);
        }
        for (int x = 0; x < area.columns(); x++) {
          int start = area.at(x, 0) + channel;
          mean(rgb, start, 3 * area.width(), area.rows(), radius, ground, line);
        }
      }
    }
  }

  /**
   * Replaces a line by its means over a window; everything around the line counts as background.
   */
  private static void mean(
      byte[] rgb, int start, int stride, int length, int radius, int ground, float[] line) {
    float sum = (2 * radius + 1) * ground;
    for (int i = 0; i < Math.min(radius, length); i++) {
      sum += (rgb[start + i * stride] & 255) - ground;
    }
    for (int i = 0; i < length; i++) {
      int enters = i + radius;
      int leaves = i - radius - 1;
      sum += enters < length ? (rgb[start + enters * stride] & 255) - ground : 0;
      sum -= leaves >= 0 ? (rgb[start + leaves * stride] & 255) - ground : 0;
      line[i] = sum / (2 * radius + 1);
    }
    for (int i = 0; i < length; i++) {
      rgb[start + i * stride] = (byte) Math.round(line[i]);
    }
  }

  private static void blob(byte[] rgb, Area area) {
    byte[] colour = meanColour(rgb, area);
    area.fill(rgb);
    for (int y = 0; y < area.rows(); y++) {
      for (int x = 0; x < area.columns(); x++) {
        double across = (2 * x + 1.0) / area.columns() - 1;
        double down = (2 * y + 1.0) / area.rows() - 1;
        if (across * across + down * down <= 1) {
          System.arraycopy(colour, 0, rgb, area.at(x, y), 3);
        }
      }
    }
  }

  private static byte[] meanColour(byte[] rgb, Area area) {
    long[] sums = new long[3];
    int all = 0;
    for (int y = 0; y < area.rows(); y++) {
      for (int x = 0; x < area.columns(); x++) {
        int place = area.at(x, y);
        int distance = 0;
        for (int channel = 0; channel < 3; channel++) {
          distance += Math.abs((rgb[place + channel] & 255) - area.ground(channel));
        }
        if (distance > VISIBLE) {
          all++;
          for (int channel = 0; channel < 3; channel++) {
            sums[channel] += rgb[place + channel] & 255;
          }
        }
      }
    }
    int count = Math.max(1, all);
    return new byte[] {
      (byte) (sums[0] / count), (byte) (sums[1] / count), (byte) (sums[2] / count)
    };
  }

  private static void shuffle(byte[] rgb, Area area, SplittableRandom random) {
    int columns = area.columns() / TILES;
    int rows = area.rows() / TILES;
    byte[] before = rgb.clone();
    int[] order = new int[TILES * TILES];
    for (int i = 0; i < order.length; i++) { // the inside-out shuffle of Fisher and Yates
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    area.fill(rgb);
    for (int i = 0; i < order.length; i++) {
      for (int y = 0; y < rows; y++) {
        int from = area.at(order[i] % TILES * columns, order[i] / TILES * rows + y);
        int to = area.at(i % TILES * columns, i / TILES * rows + y);
        System.arraycopy(before, from, rgb, to, 3 * columns);
      }
    }
  }
}
