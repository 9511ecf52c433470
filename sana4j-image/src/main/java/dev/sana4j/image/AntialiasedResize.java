package dev.sana4j.image;

/**
 * Resizes images as Pillow does: the kernel is stretched when scaling down, weights are fixed-point
 * numbers, and values are rounded to 8 bits after each direction, first along rows. Measures of
 * images are defined with it.
 */
public final class AntialiasedResize {
  private static final int FRACTION_BITS = 22;
  private static final double SHARPNESS = -0.5;

  private AntialiasedResize() {}

  /** The kernel of the interpolation. */
  public enum Kernel {
    /** The triangle. */
    BILINEAR(1),
    /** The kernel of R. Keys (1981) with a = -0.5. */
    BICUBIC(2);

    private final double support;

    Kernel(double support) {
      this.support = support;
    }

    private double weight(double distance) {
      return this == BICUBIC ? cubic(distance) : Math.max(0, 1 - distance);
    }
  }

  private static double cubic(double x) {
    if (x < 1) {
      return ((SHARPNESS + 2) * x - (SHARPNESS + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * SHARPNESS : 0;
  }

  /**
   * Resizes an image, without keeping its proportions.
   *
   * @param image an image of any size
   * @param size the new size
   * @param kernel the kernel
   * @return an image of that size; the same object if the image already has it
   */
  public static RgbImage apply(RgbImage image, ImageSize size, Kernel kernel) {
    if (image.size().equals(size)) {
      return image;
    }
    byte[] narrowed = image.shared();
    if (image.width() != size.width()) {
      narrowed = alongRows(image, Taps.of(image.width(), size.width(), kernel));
    }
    byte[] resized =
        image.height() == size.height()
            ? narrowed
            : alongColumns(narrowed, size, Taps.of(image.height(), size.height(), kernel));
    return RgbImage.owning(size, resized);
  }

  /** The source pixels and weights of each target pixel along one direction. */
  private static final class Taps {
    private final int[] first;
    private final int[][] weights;

    Taps(int[] first, int[][] weights) {
      this.first = first;
      this.weights = weights;
    }

    static Taps of(int source, int target, Kernel kernel) {
      double scale = (double) source / target;
      double stretch = Math.max(1, scale);
      double support = kernel.support * stretch;
      int[] first = new int[target];
      int[][] weights = new int[target][];
      for (int i = 0; i < target; i++) {
        double centre = (i + 0.5) * scale;
        first[i] = Math.max(0, (int) (centre - support + 0.5));
        int end = Math.min(source, (int) (centre + support + 0.5));
        weights[i] = weights(kernel, first[i] - centre + 0.5, stretch, end - first[i]);
      }
      return new Taps(first, weights);
    }

    private static int[] weights(Kernel kernel, double distance, double stretch, int count) {
      double[] raw = new double[count];
      double sum = 0;
      for (int i = 0; i < count; i++) {
        raw[i] = kernel.weight(Math.abs((distance + i) / stretch));
        sum += raw[i];
      }
      int[] fixed = new int[count];
      for (int i = 0; i < count; i++) {
        double scaled = raw[i] / sum * (1 << FRACTION_BITS);
        fixed[i] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
      }
      return fixed;
    }
  }

  private static byte[] alongRows(RgbImage image, Taps taps) {
    byte[] rgb = image.shared();
    int width = taps.first.length;
    byte[] out = new byte[Math.multiplyExact(image.height() * width, 3)];
    int next = 0;
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < width; x++) {
        int from = (y * image.width() + taps.first[x]) * 3;
        for (int channel = 0; channel < 3; channel++) {
          out[next++] = sum(rgb, from + channel, 3, taps.weights[x]);
        }
      }
    }
    return out;
  }

  private static byte[] alongColumns(byte[] narrowed, ImageSize size, Taps taps) {
    int stride = size.width() * 3;
    byte[] out = new byte[Math.multiplyExact(size.height(), stride)];
    for (int y = 0; y < size.height(); y++) {
      for (int i = 0; i < stride; i++) {
        out[y * stride + i] = sum(narrowed, taps.first[y] * stride + i, stride, taps.weights[y]);
      }
    }
    return out;
  }

  private static byte sum(byte[] values, int from, int step, int[] weights) {
    long sum = 1L << (FRACTION_BITS - 1);
    int at = from;
    for (int weight : weights) {
      sum += (long) weight * (values[at] & 0xFF);
      at += step;
    }
    return (byte) Math.max(0, Math.min(255, sum >> FRACTION_BITS));
  }
}
