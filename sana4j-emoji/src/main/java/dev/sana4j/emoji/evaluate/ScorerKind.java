package dev.sana4j.emoji.evaluate;

import dev.sana4j.image.RgbImage;

/** Input of a scorer. */
public enum ScorerKind {
  /** Red, green and blue. */
  COLOUR("colour", 3),
  /**
   * Only brightness, each image normalized to mean 0 and standard deviation 1: shapes, not
   * palettes.
   */
  GREY("grey", 1);

  /**
   * Smallest divisor, as a part of the range, so that a plain image stays plain and is not divided
   * by 0.
   */
  private static final double LEAST_DEVIATION = 0.02;

  private final String label;
  private final int channels;

  ScorerKind(String label, int channels) {
    this.label = label;
    this.channels = channels;
  }

  /**
   * Returns its name in tables and files.
   *
   * @return {@code colour} or {@code grey}
   */
  public String label() {
    return label;
  }

  int channels() {
    return channels;
  }

  /** Writes an image into a slot of a batch, (slots, channels, H, W). */
  void see(RgbImage image, float[] batch, int slot) {
    byte[] rgb = image.rgb();
    int plane = rgb.length / 3;
    int start = slot * channels * plane;
    for (int i = 0; i < plane; i++) {
      float red = (rgb[3 * i] & 255) / 255f;
      float green = (rgb[3 * i + 1] & 255) / 255f;
      float blue = (rgb[3 * i + 2] & 255) / 255f;
      if (this == GREY) {
        batch[start + i] = luminance(red, green, blue);
      } else {
        batch[start + i] = 2 * red - 1;
        batch[start + plane + i] = 2 * green - 1;
        batch[start + 2 * plane + i] = 2 * blue - 1;
      }
    }
    if (this == GREY) {
      standardize(batch, start, plane);
    }
  }

  /** Returns the luma of ITU-R BT.601. */
  static float luminance(float red, float green, float blue) {
    return 0.299f * red + 0.587f * green + 0.114f * blue;
  }

  /** Normalizes a plane in 0..1 to mean 0 and standard deviation 1. */
  static void standardize(float[] values, int start, int length) {
    double sum = 0;
    double squares = 0;
    for (int i = start; i < start + length; i++) {
      sum += values[i];
      squares += (double) values[i] * values[i];
    }
    double mean = sum / length;
    double deviation = Math.sqrt(Math.max(0, squares / length - mean * mean));
    float factor = (float) (1 / Math.max(LEAST_DEVIATION, deviation));
    for (int i = start; i < start + length; i++) {
      values[i] = (values[i] - (float) mean) * factor;
    }
  }
}
