package dev.sana4j.emoji.evaluate;

import java.util.SplittableRandom;

/**
 * Augments the images that scorers are trained on. All get a little blur and noise. The grey
 * scorer's images also get other colour weights, gamma, contrast and inversion, so that it relies
 * on neither palette nor brightness. Processes one image at a time.
 */
final class Augmentation {
  private static final double BLURRED = 0.6;
  private static final int MOST_BLURS = 3;
  private static final double LARGEST_NOISE = 0.02;
  private static final double OTHER_WEIGHTS = 0.5;
  private static final double INVERTED = 0.5;
  private static final double LARGEST_GAMMA = 0.7;
  private static final double LEAST_CONTRAST = 0.6;
  private static final double LARGEST_SHIFT = 0.2;

  private final int width;
  private final int height;
  private final double strength;
  private final float[] planes;
  private final float[] above;

  /** Augments images of one size; a strength of 0 changes nothing, 1 is the full range. */
  Augmentation(int width, int height, double strength) {
    this.width = width;
    this.height = height;
    this.strength = strength;
    planes = new float[3 * width * height];
    above = new float[width];
  }

  /**
   * Writes an augmented image into a slot of both batches, (slots, 3, H, W) and (slots, 1, H, W).
   */
  void apply(byte[] rgb, SplittableRandom random, float[] colour, float[] grey, int slot) {
    int plane = width * height;
    for (int i = 0; i < plane; i++) {
      planes[i] = (rgb[3 * i] & 255) / 255f;
      planes[plane + i] = (rgb[3 * i + 1] & 255) / 255f;
      planes[2 * plane + i] = (rgb[3 * i + 2] & 255) / 255f;
    }
    int blurs = chance(BLURRED, random) ? 1 + random.nextInt(MOST_BLURS) : 0;
    for (int i = 0; i < blurs; i++) {
      for (int channel = 0; channel < 3; channel++) {
        blur(channel * plane);
      }
    }
    addNoise(random);
    for (int i = 0; i < planes.length; i++) {
      colour[slot * planes.length + i] = 2 * planes[i] - 1;
    }
    see(random, grey, slot * plane);
  }

  private boolean chance(double share, SplittableRandom random) {
    return random.nextDouble() < strength * share;
  }

  /**
   * Applies a binomial mean over three pixels in both directions; each pass adds 1/2 to the
   * variance.
   */
  private void blur(int start) {
    for (int y = 0; y < height; y++) {
      int from = start + y * width;
      float before = planes[from];
      for (int x = 0; x < width; x++) {
        float here = planes[from + x];
        float after = planes[from + Math.min(width - 1, x + 1)];
        planes[from + x] = 0.25f * (before + after) + 0.5f * here;
        before = here;
      }
    }
    System.arraycopy(planes, start, above, 0, width);
    for (int y = 0; y < height; y++) {
      int from = start + y * width;
      int below = start + Math.min(height - 1, y + 1) * width;
      for (int x = 0; x < width; x++) {
        float here = planes[from + x];
        planes[from + x] = 0.25f * (above[x] + planes[below + x]) + 0.5f * here;
        above[x] = here;
      }
    }
  }

  /**
   * Adds noise as the sum of two uniform draws, two values per random number; Gaussian noise takes
   * far longer.
   */
  private void addNoise(SplittableRandom random) {
    double drawn = Math.max(0, 2 * random.nextDouble() - 1); // half of all images get none
    float level = (float) (strength * LARGEST_NOISE * drawn);
    if (level == 0) {
      return;
    }
    float factor = level * (float) Math.sqrt(1.5) / (1 << 15); // to this standard deviation
    for (int i = 0; i < planes.length; i += 2) {
      long bits = random.nextLong();
      planes[i] += factor * ((short) bits + (short) (bits >> 16));
      if (i + 1 < planes.length) {
        planes[i + 1] += factor * ((short) (bits >> 32) + (short) (bits >> 48));
      }
    }
  }

  private void see(SplittableRandom random, float[] grey, int start) {
    int plane = width * height;
    float[] weights = weights(random);
    boolean inverted = chance(INVERTED, random);
    double gamma = Math.exp(strength * LARGEST_GAMMA * (2 * random.nextDouble() - 1));
    double contrast = 1 + strength * (random.nextDouble() + LEAST_CONTRAST - 1);
    double shift = strength * LARGEST_SHIFT * (2 * random.nextDouble() - 1);
    float[] curve = new float[256];
    for (int i = 0; i < curve.length; i++) {
      double light = Math.pow((inverted ? 255 - i : i) / 255.0, gamma);
      curve[i] = (float) Math.max(0, Math.min(1, 0.5 + shift + contrast * (light - 0.5)));
    }
    for (int i = 0; i < plane; i++) {
      float light =
          weights[0] * planes[i]
              + weights[1] * planes[plane + i]
              + weights[2] * planes[2 * plane + i];
      grey[start + i] = at(curve, light);
    }
    ScorerKind.standardize(grey, start, plane);
  }

  /** Interpolates between two entries, so that blurred parts stay smooth. */
  private static float at(float[] curve, float light) {
    float place = Math.max(0, Math.min(254.999f, light * 255));
    int index = (int) place;
    return curve[index] + (place - index) * (curve[index + 1] - curve[index]);
  }

  private float[] weights(SplittableRandom random) {
    if (!chance(OTHER_WEIGHTS, random)) {
      return new float[] {
        ScorerKind.luminance(1, 0, 0), ScorerKind.luminance(0, 1, 0), ScorerKind.luminance(0, 0, 1)
      };
    }
    double a = random.nextDouble();
    double b = random.nextDouble();
    double least = Math.min(a, b);
    double most = Math.max(a, b);
    return new float[] {(float) least, (float) (most - least), (float) (1 - most)};
  }
}
