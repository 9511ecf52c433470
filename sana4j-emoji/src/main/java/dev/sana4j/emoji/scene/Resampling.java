package dev.sana4j.emoji.scene;

/**
 * Maps each pixel of a target row to pixels of a source row and their weights.
 *
 * <p>The filter is a triangle as wide as the larger of a source and a target pixel: bilinear when
 * enlarging, an average over the covered area when reducing. Shifts are exact to a fraction of a
 * pixel. Everything outside the source is transparent, so weights there are dropped.
 */
final class Resampling {
  private final int first;
  private final int[] from;
  private final float[][] weights;

  /**
   * Computes the weights.
   *
   * @param length length of the source, in pixels
   * @param start start of the source in the target
   * @param scale target pixels per source pixel
   * @param limit length of the target, in pixels
   */
  Resampling(int length, double start, double scale, int limit) {
    double radius = Math.max(1, 1 / scale);
    first = Math.max(0, (int) Math.floor(start - radius * scale));
    int end = Math.min(limit, (int) Math.ceil(start + length * scale + radius * scale));
    int count = Math.max(0, end - first);
    from = new int[count];
    weights = new float[count][];
    for (int i = 0; i < count; i++) {
      double middle = (first + i + 0.5 - start) / scale - 0.5;
      int low = (int) Math.ceil(middle - radius);
      int high = (int) Math.floor(middle + radius);
      double sum = 0;
      for (int j = low; j <= high; j++) {
        sum += triangle(j, middle, radius);
      }
      from[i] = Math.max(0, low);
      weights[i] = new float[Math.max(0, Math.min(length - 1, high) - from[i] + 1)];
      for (int j = 0; j < weights[i].length; j++) {
        weights[i][j] = (float) (triangle(from[i] + j, middle, radius) / sum);
      }
    }
  }

  private static double triangle(int position, double middle, double radius) {
    return Math.max(0, 1 - Math.abs(position - middle) / radius);
  }

  /** Returns the first pixel of the target. */
  int first() {
    return first;
  }

  /** Returns the number of pixels of the target. */
  int count() {
    return from.length;
  }

  /** Returns the first source pixel of a target pixel. */
  int from(int index) {
    return from[index];
  }

  /** Returns the weights of the first and the following source pixels. */
  float[] weights(int index) {
    return weights[index];
  }
}
