package dev.sana4j.data;

import dev.sana4j.image.AspectRatioBins;
import dev.sana4j.image.ImageSize;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The sizes that images are resized to, so that all images of a batch have the same size. */
public final class Buckets {
  /** The published bins range from 1:4 to 4:1, in multiples of this. */
  private static final int PUBLISHED_MULTIPLE = 32;

  private static final double PUBLISHED_RATIO = 4;

  private final UnaryOperator<ImageSize> closest;

  private Buckets(UnaryOperator<ImageSize> closest) {
    this.closest = closest;
  }

  /**
   * The sizes for a base resolution: SANA's published bins for 512, 1024, 2048 and 4096, otherwise
   * generated ones with ratios from 1:4 to 4:1.
   *
   * @param resolution the side of the square image, in pixels
   * @param multiple what sides are multiples of: the autoencoder's factor times the patch size
   * @return the buckets
   * @throws DataException if the resolution is not a multiple of {@code multiple}
   */
  public static Buckets of(int resolution, int multiple) {
    if (AspectRatioBins.exists(resolution) && multiple > 0 && PUBLISHED_MULTIPLE % multiple == 0) {
      return new Buckets(AspectRatioBins.of(resolution)::closest);
    }
    return generated(resolution, multiple, PUBLISHED_RATIO);
  }

  /**
   * The sizes for a base resolution and a ratio: the published ones for a ratio of 4.
   *
   * @param resolution the side of the square image, in pixels
   * @param multiple what sides are multiples of
   * @param maxRatio the longest side through the shortest, at least 1
   * @return the buckets
   * @throws DataException if the resolution is not a multiple of {@code multiple}, or the ratio is
   *     below 1
   */
  public static Buckets of(int resolution, int multiple, double maxRatio) {
    return maxRatio == PUBLISHED_RATIO
        ? of(resolution, multiple)
        : generated(resolution, multiple, maxRatio);
  }

  /**
   * Sizes of about the area of a square, from tall to wide.
   *
   * @param resolution the side of the square, in pixels
   * @param multiple what sides are multiples of
   * @param maxRatio the longest side through the shortest, at least 1
   * @return the buckets
   * @throws DataException if the resolution is not a multiple of {@code multiple}, or the ratio is
   *     below 1
   */
  public static Buckets generated(int resolution, int multiple, double maxRatio) {
    if (multiple < 1
        || resolution < multiple
        || resolution % multiple != 0
        || resolution > ImageSize.MAX_SIDE
        || !(maxRatio >= 1)) {
      throw new DataException(
          "there are no buckets for resolution "
              + resolution
              + " in multiples of "
              + multiple
              + " up to a ratio of "
              + maxRatio
              + "; the resolution must be a multiple, and the ratio at least 1");
    }
    List<ImageSize> sizes = List.copyOf(sizes(resolution, multiple, maxRatio));
    return new Buckets(
        size ->
            sizes.stream()
                .min(
                    Comparator.comparingDouble(
                        bucket -> Math.abs(logRatio(bucket) - logRatio(size))))
                .orElseThrow());
  }

  /** The square first; of sizes with one ratio, the one nearest to the area comes first. */
  private static Set<ImageSize> sizes(int resolution, int multiple, double maxRatio) {
    var sizes = new LinkedHashSet<ImageSize>();
    double area = (double) resolution * resolution;
    int widest = (int) Math.min(ImageSize.MAX_SIDE, resolution * Math.sqrt(maxRatio) + multiple);
    for (int width = resolution; width <= widest; width += multiple) {
      int height = Math.max(1, (int) Math.round(area / width / multiple)) * multiple;
      if (width <= maxRatio * height) {
        sizes.add(new ImageSize(width, height));
        sizes.add(new ImageSize(height, width));
      }
    }
    return sizes;
  }

  /**
   * One size for all.
   *
   * @param size in pixels
   * @return the only bucket
   */
  public static Buckets fixed(ImageSize size) {
    return new Buckets(any -> size);
  }

  /**
   * Finds the bucket of an image.
   *
   * @param size of the image
   * @return the bucket's size, whose ratio is nearest
   */
  public ImageSize closest(ImageSize size) {
    return closest.apply(size);
  }

  private static double logRatio(ImageSize size) {
    return Math.log((double) size.width() / size.height());
  }
}
