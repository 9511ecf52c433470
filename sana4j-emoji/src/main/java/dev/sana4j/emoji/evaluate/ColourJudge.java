package dev.sana4j.emoji.evaluate;

import dev.sana4j.emoji.scene.Tint;
import dev.sana4j.image.RgbImage;
import java.awt.Color;
import org.jspecify.annotations.Nullable;

/**
 * Finds the colour of the object of an image from its pixels. Every pixel that differs from the
 * background, and is neither pale nor dark, votes for the colour with the nearest hue. Nothing is
 * trained.
 */
final class ColourJudge {
  /** Pixels nearer to the background count as background; sRGB. */
  private static final int NEAR = 60;

  /** Paler and darker pixels have no visible hue. */
  private static final double LEAST = 0.25;

  private static final Tint[] TINTS = Tint.values();
  private static final float[] HUES = hues();

  private ColourJudge() {}

  /** Returns the colour with the most votes; null if no pixel votes. */
  static @Nullable Tint of(RgbImage image) {
    int[] ground = BackgroundJudge.borderMedian(image);
    int[] votes = new int[TINTS.length];
    byte[] rgb = image.rgb();
    float[] hsb = new float[3];
    int all = 0;
    for (int i = 0; i < rgb.length; i += 3) {
      int red = rgb[i] & 255;
      int green = rgb[i + 1] & 255;
      int blue = rgb[i + 2] & 255;
      if (isGround(ground, red, green, blue)) {
        continue;
      }
      Color.RGBtoHSB(red, green, blue, hsb);
      if (hsb[1] > LEAST && hsb[2] > LEAST) {
        votes[nearest(hsb[0])]++;
        all++;
      }
    }
    return all == 0 ? null : TINTS[best(votes)];
  }

  private static float[] hues() {
    float[] hues = new float[TINTS.length];
    for (int i = 0; i < hues.length; i++) {
      int rgb = TINTS[i].rgb();
      hues[i] = Color.RGBtoHSB(rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255, null)[0];
    }
    return hues;
  }

  private static boolean isGround(int[] ground, int red, int green, int blue) {
    int byRed = red - ground[0];
    int byGreen = green - ground[1];
    int byBlue = blue - ground[2];
    return byRed * byRed + byGreen * byGreen + byBlue * byBlue < NEAR * NEAR;
  }

  private static int best(int[] votes) {
    int best = 0;
    for (int i = 1; i < votes.length; i++) {
      best = votes[i] > votes[best] ? i : best;
    }
    return best;
  }

  /** Returns the index of the tint with the nearest hue; hues are 0 to 1, in a circle. */
  private static int nearest(float hue) {
    int nearest = 0;
    double least = Double.MAX_VALUE;
    for (int i = 0; i < TINTS.length; i++) {
      double distance = Math.abs(HUES[i] - hue);
      distance = Math.min(distance, 1 - distance);
      if (distance < least) {
        least = distance;
        nearest = i;
      }
    }
    return nearest;
  }
}
