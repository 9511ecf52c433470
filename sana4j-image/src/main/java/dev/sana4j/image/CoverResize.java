package dev.sana4j.image;

import java.util.Arrays;

/**
 * Scales an image to cover a size and crops it to that size around the centre.
 *
 * <p>Resampling is antialiased bicubic: the kernel of R. Keys (1981) with a = -0.5, stretched when
 * scaling down, as in Pillow's BICUBIC. It is computed in float32 on the heap and may run on any
 * thread.
 */
public final class CoverResize {

  private static final double SUPPORT = 2;
  private static final double SHARPNESS = -0.5;

  private CoverResize() {}

  /**
   * Scales an image until it just covers a size, keeping its proportions. Crops the excess equally
   * on both sides.
   *
   * @param image an image of any size
   * @param size the target size
   * @return an image of the target size; the same object if the image already has it
   */
  public static RgbImage apply(RgbImage image, ImageSize size) {
    if (image.size().equals(size)) {
      return image;
    }
    return scaled(image, size, covering(image.size(), size));
  }

  /**
   * Prepares an image for a model that works at a different size than the final image. The result
   * has size {@code size}. Scaled and cropped to {@code shown}, it shows what {@link #apply} would
   * show there. Repeats edge pixels where the image is too small for that.
   *
   * @param image an image of any size
   * @param shown the size at which the result is finally shown
   * @param size the size of the result
   * @return an image of that size; the same object if all sizes are equal
   */
  public static RgbImage framed(RgbImage image, ImageSize shown, ImageSize size) {
    if (size.equals(shown)) {
      return apply(image, size);
    }
    return scaled(image, size, covering(image.size(), shown) / covering(size, shown));
  }

  private static double covering(ImageSize from, ImageSize size) {
    return Math.max((double) size.width() / from.width(), (double) size.height() / from.height());
  }

  /** Scales an image and returns its central part of the given size. */
  private static RgbImage scaled(RgbImage image, ImageSize size, double scale) {
    Taps columns = Taps.of(image.width(), size.width(), scale);
    Taps rows = Taps.of(image.height(), size.height(), scale);
    int top = rows.first[0];
    int bottom = rows.first[size.height() - 1] + rows.weights[size.height() - 1].length;
    float[] narrowed = acrossRows(image, columns, top, bottom);
    return RgbImage.owning(size, downColumns(narrowed, rows, top, size));
  }

  /** The source pixels and weights of each target pixel along one axis. */
  private static final class Taps {
    private final int[] first;
    private final float[][] weights;

    Taps(int[] first, float[][] weights) {
      this.first = first;
      this.weights = weights;
    }

    static Taps of(int source, int target, double scale) {
      int[] first = new int[target];
      float[][] weights = new float[target][];
      double stretch = Math.max(1, 1 / scale);
      double start = (source - target / scale) / 2;
      for (int i = 0; i < target; i++) {
        double centre = Math.max(0, Math.min(source, start + (i + 0.5) / scale));
        int from = Math.max(0, (int) Math.floor(centre - SUPPORT * stretch + 0.5));
        int to = Math.min(source, (int) Math.floor(centre + SUPPORT * stretch + 0.5));
        first[i] = from;
        weights[i] = normalised(centre, stretch, from, Math.max(from + 1, to));
      }
      return new Taps(first, weights);
    }

    private static float[] normalised(double centre, double stretch, int from, int to) {
      double[] raw = new double[to - from];
      double sum = 0;
      for (int i = 0; i < raw.length; i++) {
        raw[i] = kernel((from + i + 0.5 - centre) / stretch);
        sum += raw[i];
      }
      float[] weights = new float[raw.length];
      for (int i = 0; i < raw.length; i++) {
        weights[i] = (float) (raw[i] / sum);
      }
      return weights;
    }

    private static double kernel(double distance) {
      double x = Math.abs(distance);
      if (x < 1) {
        return ((SHARPNESS + 2) * x - (SHARPNESS + 3)) * x * x + 1;
      }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * SHARPNESS : 0;
    }
  }

  /** Returns the rows that are needed, resampled in width: (bottom - top, target width, 3). */
  private static float[] acrossRows(RgbImage image, Taps columns, int top, int bottom) {
    byte[] rgb = image.shared();
    int width = columns.first.length;
    float[] out = new float[(bottom - top) * width * 3];
    int next = 0;
    for (int y = top; y < bottom; y++) {
      for (int x = 0; x < width; x++) {
        float red = 0;
        float green = 0;
        float blue = 0;
        int from = (y * image.width() + columns.first[x]) * 3;
        for (float weight : columns.weights[x]) {
          red += weight * (rgb[from] & 0xFF);
          green += weight * (rgb[from + 1] & 0xFF);
          blue += weight * (rgb[from + 2] & 0xFF);
          from += 3;
        }
        out[next++] = red;
        out[next++] = green;
        out[next++] = blue;
      }
    }
    return out;
  }

  private static byte[] downColumns(float[] narrowed, Taps rows, int top, ImageSize size) {
    int stride = size.width() * 3;
    byte[] out = new byte[size.height() * stride];
    float[] sums = new float[stride];
    for (int y = 0; y < size.height(); y++) {
      Arrays.fill(sums, 0);
      int from = (rows.first[y] - top) * stride;
      for (float weight : rows.weights[y]) {
        for (int i = 0; i < stride; i++) {
          sums[i] += weight * narrowed[from + i];
        }
        from += stride;
      }
      for (int i = 0; i < stride; i++) {
        out[y * stride + i] = (byte) Math.max(0, Math.min(255, Math.round(sums[i])));
      }
    }
    return out;
  }
}
