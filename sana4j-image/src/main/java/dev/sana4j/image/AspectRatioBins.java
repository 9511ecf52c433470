package dev.sana4j.image;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * The image sizes that a SANA model of one base resolution was trained on, by aspect ratio. They
 * are published for some resolutions, and can be generated for any other.
 *
 * <p>Source of the published table: the public diffusers pipelines of PixArt (512 to 2048) and SANA
 * (4096).
 */
public final class AspectRatioBins {

  private static final String RESOURCE = "aspect_ratio_bins.txt";

  /** Step of the published sizes, in pixels. */
  private static final int PUBLISHED_STEP = 32;

  private static final int WIDEST_RATIO = 4;

  /** Least area of a generated size, as a share of that of the square. */
  private static final double LEAST_AREA = 0.75;

  private static final Map<Integer, AspectRatioBins> BY_RESOLUTION = read();

  private final List<Bin> bins = new ArrayList<>();
  private final DoubleUnaryOperator scale;

  private AspectRatioBins(DoubleUnaryOperator scale) {
    this.scale = scale;
  }

  /**
   * Returns whether there are bins for a base resolution.
   *
   * @param resolution side of the square image that the model was trained for, in pixels
   * @return true for 512, 1024, 2048 and 4096
   */
  public static boolean exists(int resolution) {
    return BY_RESOLUTION.containsKey(resolution);
  }

  /**
   * Returns the bins of a base resolution.
   *
   * @param resolution 512, 1024, 2048 or 4096
   * @return the bins
   * @throws ImageException if there are no bins for the resolution
   */
  public static AspectRatioBins of(int resolution) {
    AspectRatioBins bins = BY_RESOLUTION.get(resolution);
    if (bins == null) {
      throw new ImageException(
          "there are no aspect ratio bins for resolution "
              + resolution
              + "; expected one of "
              + BY_RESOLUTION.keySet());
    }
    return bins;
  }

  /**
   * Returns whether models of a resolution and step work at published sizes.
   *
   * @param resolution the native side of the model, in pixels
   * @param step width and height are multiples of this, in pixels
   * @return true if there are bins for the resolution and they are multiples of the step
   */
  public static boolean arePublished(int resolution, int step) {
    return exists(resolution) && PUBLISHED_STEP % step == 0;
  }

  /**
   * Returns the sizes that a model works at: the published ones, or generated ones of ratios up to
   * 4.
   *
   * @param resolution the native side of the model, in pixels
   * @param step width and height are multiples of this, in pixels
   * @return the bins
   */
  public static AspectRatioBins ofModel(int resolution, int step) {
    if (arePublished(resolution, step)) {
      return of(resolution);
    }
    int most = ImageSize.MAX_SIDE / step * step;
    int nearest = (resolution + step / 2) / step * step;
    return generated(Math.max(step, Math.min(most, nearest)), step, WIDEST_RATIO);
  }

  /**
   * Generates bins with at most the area of a square, and at least three quarters of it. Their
   * ratios are compared by their logarithm, so that wide and tall sizes are treated alike.
   *
   * @param resolution the side of the square, in pixels
   * @param multiple divisor of all sides
   * @param maxRatio largest ratio of the longer to the shorter side, at least 1
   * @return the bins
   * @throws ImageException if the resolution is not a multiple of {@code multiple}, or the ratio is
   *     below 1
   */
  public static AspectRatioBins generated(int resolution, int multiple, double maxRatio) {
    if (multiple < 1
        || resolution < multiple
        || resolution % multiple != 0
        || resolution > ImageSize.MAX_SIDE
        || !(maxRatio >= 1)) {
      throw new ImageException(
          "there are no sizes for resolution "
              + resolution
              + " in multiples of "
              + multiple
              + " up to a ratio of "
              + maxRatio
              + "; the resolution must be a multiple, and the ratio at least 1");
    }
    AspectRatioBins bins = new AspectRatioBins(Math::log);
    sizes(resolution, multiple, maxRatio)
        .forEach(size -> bins.bins.add(new Bin((double) size.height() / size.width(), size)));
    return bins;
  }

  /**
   * Returns the sizes of the areas allowed, the largest first: of sizes with the same ratio, the
   * largest is found first.
   */
  private static List<ImageSize> sizes(int resolution, int multiple, double maxRatio) {
    List<ImageSize> sizes = new ArrayList<>();
    double area = (double) resolution * resolution;
    for (int height = multiple; height <= resolution; height += multiple) {
      int widest = (int) Math.min(Math.min(area / height, maxRatio * height), ImageSize.MAX_SIDE);
      int narrowest = (int) Math.max(Math.ceil(area * LEAST_AREA / height), height);
      for (int width = widest / multiple * multiple; width >= narrowest; width -= multiple) {
        sizes.add(new ImageSize(width, height));
        if (width > height) {
          sizes.add(new ImageSize(height, width));
        }
      }
    }
    sizes.sort(Comparator.comparingLong(AspectRatioBins::area).reversed());
    return sizes;
  }

  private static long area(ImageSize size) {
    return (long) size.width() * size.height();
  }

  /**
   * Returns the bin with the nearest ratio of height to width.
   *
   * @param requested any size
   * @return the size of the bin; if two bins are equally near, the first: of published ones the one
   *     with the smaller ratio
   */
  public ImageSize closest(ImageSize requested) {
    double ratio = scale.applyAsDouble((double) requested.height() / requested.width());
    Bin nearest = bins.get(0);
    for (Bin bin : bins) {
      if (distance(bin, ratio) < distance(nearest, ratio)) {
        nearest = bin;
      }
    }
    return nearest.size();
  }

  private double distance(Bin bin, double ratio) {
    return Math.abs(scale.applyAsDouble(bin.ratio()) - ratio);
  }

  private static Map<Integer, AspectRatioBins> read() {
    try (InputStream in = AspectRatioBins.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new ImageException("the sana4j-image jar does not contain " + RESOURCE);
      }
      Map<Integer, AspectRatioBins> bins = new LinkedHashMap<>();
      new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
          .lines()
          .filter(line -> !line.startsWith("#"))
          .forEach(line -> addBin(bins, line.split(" ", -1)));
      return bins;
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + RESOURCE, e);
    }
  }

  /** Adds a line with the columns resolution, ratio, height, width. */
  private static void addBin(Map<Integer, AspectRatioBins> bins, String[] columns) {
    var size = new ImageSize(Integer.parseInt(columns[3]), Integer.parseInt(columns[2]));
    bins.computeIfAbsent(
            Integer.valueOf(columns[0]), resolution -> new AspectRatioBins(ratio -> ratio))
        .bins
        .add(new Bin(Double.parseDouble(columns[1]), size));
  }

  private record Bin(double ratio, ImageSize size) {}
}
