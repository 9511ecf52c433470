package dev.sana4j.image;

import java.util.ArrayDeque;

/**
 * Draws the edges of an image in white on black, as a control image for a ControlNet.
 *
 * <p>Edge strength is Sobel's operator on the brightness (Rec. 601), scaled so that a straight edge
 * between black and white has 255. Border pixels are repeated outside the image.
 */
public final class EdgeDetector {
  /** Default lower threshold of {@link #canny(RgbImage)}: weaker pixels are not edges. */
  public static final double WEAK = 25;

  /**
   * Default upper threshold of {@link #canny(RgbImage)}: pixels of at least this strength start a
   * line.
   */
  public static final double STRONG = 50;

  /** One half of a Gaussian kernel with standard deviation 1.4. */
  private static final float[] BLUR = gaussian(1.4, 3);

  /** tan(pi / 8), for rounding directions to eighths of a turn. */
  private static final double EIGHTH = Math.sqrt(2) - 1;

  private EdgeDetector() {}

  /**
   * Returns soft edges: the strength of Sobel's operator.
   *
   * @param image an image of any size
   * @return a grey image of the same size
   */
  public static RgbImage sobel(RgbImage image) {
    Plane brightness = Plane.brightness(image);
    byte[] grey = new byte[brightness.values.length];
    Gradient gradient = Gradient.of(brightness);
    for (int i = 0; i < grey.length; i++) {
      grey[i] = (byte) Math.min(255, Math.round(gradient.strength(i)));
    }
    return image(image.size(), grey);
  }

  /**
   * Returns edges one pixel wide, using the thresholds {@value #WEAK} and {@value #STRONG}.
   *
   * @param image an image of any size
   * @return a black and white image of the same size
   */
  public static RgbImage canny(RgbImage image) {
    return canny(image, WEAK, STRONG);
  }

  /**
   * Returns edges one pixel wide (J. Canny 1986, "A computational approach to edge detection"). The
   * image is blurred, edges are thinned to the ridges of the strength, and lines are followed from
   * strong pixels through weak ones.
   *
   * @param image an image of any size
   * @param weak minimum strength of a pixel that continues a line, above 0
   * @param strong minimum strength of a pixel that starts a line, at least {@code weak}
   * @return a black and white image of the same size
   * @throws ImageException if the thresholds violate 0 &lt; weak &lt;= strong or are not finite
   */
  public static RgbImage canny(RgbImage image, double weak, double strong) {
    if (!(weak > 0 && weak <= strong && Double.isFinite(strong))) {
      throw new ImageException(
          "edge thresholds must satisfy 0 < weak <= strong, but were " + weak + " and " + strong);
    }
    Plane blurred = Plane.brightness(image).blurred();
    Gradient gradient = Gradient.of(blurred);
    boolean[] ridges = ridges(gradient, blurred.width, blurred.height, weak);
    return image(image.size(), follow(ridges, gradient, blurred.width, strong));
  }

  /** Marks pixels that are at least as strong as their neighbours across the edge. */
  private static boolean[] ridges(Gradient gradient, int width, int height, double weak) {
    boolean[] ridges = new boolean[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int i = y * width + x;
        int[] across = gradient.direction(i);
        double strength = gradient.strength(i);
        double before = strengthAt(gradient, x - across[0], y - across[1], width, height);
        double after = strengthAt(gradient, x + across[0], y + across[1], width, height);
        ridges[i] = strength >= weak && strength > before && strength >= after;
      }
    }
    return ridges;
  }

  private static double strengthAt(Gradient gradient, int x, int y, int width, int height) {
    boolean inside = x >= 0 && x < width && y >= 0 && y < height;
    return inside ? gradient.strength(y * width + x) : 0;
  }

  /** Marks ridges connected to a strong pixel, visiting each pixel once. */
  private static byte[] follow(boolean[] ridges, Gradient gradient, int width, double strong) {
    byte[] lines = new byte[ridges.length];
    ArrayDeque<Integer> open = new ArrayDeque<>();
    for (int i = 0; i < ridges.length; i++) {
      if (ridges[i] && lines[i] == 0 && gradient.strength(i) >= strong) {
        lines[i] = (byte) 255;
        open.push(i);
        while (!open.isEmpty()) {
          addNeighbours(open.pop(), ridges, lines, width, open);
        }
      }
    }
    return lines;
  }

  private static void addNeighbours(
      int pixel, boolean[] ridges, byte[] lines, int width, ArrayDeque<Integer> open) {
    int height = ridges.length / width;
    int x = pixel % width;
    int y = pixel / width;
    for (int near = Math.max(0, y - 1); near <= Math.min(height - 1, y + 1); near++) {
      for (int beside = Math.max(0, x - 1); beside <= Math.min(width - 1, x + 1); beside++) {
        int i = near * width + beside;
        if (ridges[i] && lines[i] == 0) {
          lines[i] = (byte) 255;
          open.push(i);
        }
      }
    }
  }

  private static RgbImage image(ImageSize size, byte[] grey) {
    byte[] rgb = new byte[grey.length * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = grey[i / 3];
    }
    return RgbImage.owning(size, rgb);
  }

  private static float[] gaussian(double deviation, int sides) {
    double[] weights = new double[sides];
    double sum = 0;
    for (int i = 0; i < sides; i++) {
      weights[i] = Math.exp(-i * i / (2 * deviation * deviation));
      sum += i == 0 ? weights[i] : 2 * weights[i];
    }
    float[] normalized = new float[sides];
    for (int i = 0; i < sides; i++) {
      normalized[i] = (float) (weights[i] / sum);
    }
    return normalized;
  }

  /** Rows of numbers; outside, the border values are repeated. */
  private static final class Plane {
    final int width;
    final int height;
    final float[] values;

    Plane(int width, int height) {
      this.width = width;
      this.height = height;
      this.values = new float[width * height];
    }

    static Plane brightness(RgbImage image) {
      Plane plane = new Plane(image.width(), image.height());
      byte[] rgb = image.shared();
      for (int i = 0; i < plane.values.length; i++) {
        plane.values[i] =
            0.299f * (rgb[3 * i] & 0xFF)
                + 0.587f * (rgb[3 * i + 1] & 0xFF)
                + 0.114f * (rgb[3 * i + 2] & 0xFF);
      }
      return plane;
    }

    float at(int x, int y) {
      int column = Math.max(0, Math.min(width - 1, x));
      int row = Math.max(0, Math.min(height - 1, y));
      return values[row * width + column];
    }

    Plane blurred() {
      return blurred(1, 0).blurred(0, 1);
    }

    private Plane blurred(int right, int down) {
      Plane result = new Plane(width, height);
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          float sum = BLUR[0] * at(x, y);
          for (int i = 1; i < BLUR.length; i++) {
            sum += BLUR[i] * (at(x - i * right, y - i * down) + at(x + i * right, y + i * down));
          }
          result.values[y * width + x] = sum;
        }
      }
      return result;
    }
  }

  /** Sobel's operator: direction and strength of the rise in brightness. */
  private static final class Gradient {
    private final float[] right;
    private final float[] down;

    private Gradient(int pixels) {
      right = new float[pixels];
      down = new float[pixels];
    }

    static Gradient of(Plane plane) {
      Gradient gradient = new Gradient(plane.values.length);
      for (int y = 0; y < plane.height; y++) {
        for (int x = 0; x < plane.width; x++) {
          int i = y * plane.width + x;
          gradient.right[i] = column(plane, x + 1, y) - column(plane, x - 1, y);
          gradient.down[i] = row(plane, x, y + 1) - row(plane, x, y - 1);
        }
      }
      return gradient;
    }

    private static float column(Plane plane, int x, int y) {
      return (plane.at(x, y - 1) + 2 * plane.at(x, y) + plane.at(x, y + 1)) / 4;
    }

    private static float row(Plane plane, int x, int y) {
      return (plane.at(x - 1, y) + 2 * plane.at(x, y) + plane.at(x + 1, y)) / 4;
    }

    double strength(int i) {
      return Math.hypot(right[i], down[i]);
    }

    /** Returns the offset (columns, rows) of the neighbour in the direction of the gradient. */
    int[] direction(int i) {
      double across = Math.abs(right[i]);
      double along = Math.abs(down[i]);
      if (along <= EIGHTH * across) {
        return new int[] {1, 0};
      }
      if (across <= EIGHTH * along) {
        return new int[] {0, 1};
      }
      return new int[] {1, right[i] * down[i] > 0 ? 1 : -1};
    }
  }
}
