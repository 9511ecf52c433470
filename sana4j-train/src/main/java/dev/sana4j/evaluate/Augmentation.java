package dev.sana4j.evaluate;

import java.util.SplittableRandom;

/**
 * Changes pictures as a scorer shall not mind: a little blur and noise, and for the grey one other
 * weights of the colours, gamma, contrast and inversion, so that neither palette nor light and dark
 * tell it what it sees. One picture after the other.
 */
final class Augmentation {
  private static final double SHARP = 0.4;
  private static final int MOST_BLURS = 3;
  private static final double LARGEST_NOISE = 0.06;
  private static final double USUAL_WEIGHTS = 0.5;
  private static final double LARGEST_GAMMA = 0.7;

  private final int width;
  private final int height;
  private final float[] planes;
  private final float[] row;

  Augmentation(int width, int height) {
    this.width = width;
    this.height = height;
    planes = new float[3 * width * height];
    row = new float[Math.max(width, height)];
  }

  /** Puts a changed picture into a slot of both batches, (slots, 3, H, W) and (slots, 1, H, W). */
  void apply(byte[] rgb, SplittableRandom random, float[] colour, float[] grey, int slot) {
    int plane = width * height;
    for (int i = 0; i < plane; i++) {
      planes[i] = (rgb[3 * i] & 255) / 255f;
      planes[plane + i] = (rgb[3 * i + 1] & 255) / 255f;
      planes[2 * plane + i] = (rgb[3 * i + 2] & 255) / 255f;
    }
    int blurs = random.nextDouble() < SHARP ? 0 : 1 + random.nextInt(MOST_BLURS);
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

  /** One binomial mean over three pixels, across and down; each adds 1/2 to the variance. */
  private void blur(int start) {
    for (int y = 0; y < height; y++) {
      blurLine(start + y * width, 1, width);
    }
    for (int x = 0; x < width; x++) {
      blurLine(start + x, width, height);
    }
  }

  private void blurLine(int start, int stride, int length) {
    for (int i = 0; i < length; i++) {
      row[i] = planes[start + i * stride];
    }
    for (int i = 0; i < length; i++) {
      float before = row[Math.max(0, i - 1)];
      float after = row[Math.min(length - 1, i + 1)];
      planes[start + i * stride] = 0.25f * (before + after) + 0.5f * row[i];
    }
  }

  /** The sum of two uniform draws, two values a random number: Gaussian ones take far longer. */
  private void addNoise(SplittableRandom random) {
    float level = (float) (LARGEST_NOISE * Math.max(0, 2 * random.nextDouble() - 1));
    if (level == 0) {
      return;
    }
    float factor = level * (float) Math.sqrt(1.5) / (1 << 15); // to this deviation
    for (int i = 0; i < planes.length; i += 2) {
      long bits = random.nextLong();
      planes[i] += factor * ((short) bits + (short) (bits >> 16)) / 2;
      if (i + 1 < planes.length) {
        planes[i + 1] += factor * ((short) (bits >> 32) + (short) (bits >> 48)) / 2;
      }
    }
  }

  private void see(SplittableRandom random, float[] grey, int start) {
    int plane = width * height;
    float[] weights = weights(random);
    boolean inverted = random.nextBoolean();
    double gamma = Math.exp(LARGEST_GAMMA * (2 * random.nextDouble() - 1));
    double contrast = 0.6 + random.nextDouble();
    double shift = 0.2 * (2 * random.nextDouble() - 1);
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

  /** Between two entries, so that what was blurred stays smooth. */
  private static float at(float[] curve, float light) {
    float place = Math.max(0, Math.min(254.999f, light * 255));
    int index = (int) place;
    return curve[index] + (place - index) * (curve[index + 1] - curve[index]);
  }

  private static float[] weights(SplittableRandom random) {
    if (random.nextDouble() < USUAL_WEIGHTS) {
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
