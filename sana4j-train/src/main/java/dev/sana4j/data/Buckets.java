package dev.sana4j.data;

import dev.sana4j.image.AspectRatioBins;
import dev.sana4j.image.ImageException;
import dev.sana4j.image.ImageSize;
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
   * Returns the sizes for a base resolution: SANA's published bins for 512, 1024, 2048 and 4096,
   * otherwise generated ones with ratios from 1:4 to 4:1.
   *
   * @param resolution the side of the square image, in pixels
   * @param multiple divisor of all sides: the autoencoder's factor times the patch size
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
   * Returns the sizes for a base resolution and a ratio; for a ratio of 4 the published ones.
   *
   * @param resolution the side of the square image, in pixels
   * @param multiple divisor of all sides
   * @param maxRatio largest ratio of the longer to the shorter side, at least 1
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
   * Returns sizes with at most the area of a square, and at least three quarters of it.
   *
   * @param resolution the side of the square, in pixels
   * @param multiple divisor of all sides
   * @param maxRatio largest ratio of the longer to the shorter side, at least 1
   * @return the buckets
   * @throws DataException if the resolution is not a multiple of {@code multiple}, or the ratio is
   *     below 1
   */
  public static Buckets generated(int resolution, int multiple, double maxRatio) {
    try {
      return new Buckets(AspectRatioBins.generated(resolution, multiple, maxRatio)::closest);
    } catch (ImageException e) {
      throw new DataException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Returns one size for all images.
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
   * @return the size with the nearest ratio
   */
  public ImageSize closest(ImageSize size) {
    return closest.apply(size);
  }
}
