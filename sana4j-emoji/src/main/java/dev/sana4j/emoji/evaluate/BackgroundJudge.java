package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.scene.Background;
import dev.sana4j.image.RgbImage;

/**
 * Finds the background of an image from its pixels: the one of the eight colours that is nearest to
 * the median of the border. Nothing is trained.
 */
final class BackgroundJudge {
  /**
   * The border is this part of the shorter side; objects of a scene overlap it by a few pixels at
   * most.
   */
  private static final int BORDER_PARTS = 24;

  private BackgroundJudge() {}

  static Background of(RgbImage image) {
    int[] median = borderMedian(image);
    Background nearest = Background.RED;
    long least = Long.MAX_VALUE;
    for (Background background : Background.values()) {
      long distance = 0;
      for (int channel = 0; channel < 3; channel++) {
        int value = background.rgb() >> (16 - 8 * channel) & 255;
        distance += (long) (value - median[channel]) * (value - median[channel]);
      }
      if (distance < least) {
        least = distance;
        nearest = background;
      }
    }
    return nearest;
  }

  /** Returns red, green and blue, each the median of its channel. */
  static int[] borderMedian(RgbImage image) {
    int width = image.width();
    int height = image.height();
    int border = Math.max(1, Math.min(width, height) / BORDER_PARTS);
    byte[] rgb = image.rgb();
    int[][] counts = new int[3][256];
    int all = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if (Math.min(Math.min(x, width - 1 - x), Math.min(y, height - 1 - y)) < border) {
          all++;
          for (int channel = 0; channel < 3; channel++) {
            counts[channel][rgb[(y * width + x) * 3 + channel] & 255]++;
          }
        }
      }
    }
    return new int[] {median(counts[0], all), median(counts[1], all), median(counts[2], all)};
  }

  private static int median(int[] counts, int all) {
    int passed = 0;
    for (int value = 0; value < counts.length; value++) {
      passed += counts[value];
      if (2 * passed >= all) {
        return value;
      }
    }
    return counts.length - 1;
  }
}
