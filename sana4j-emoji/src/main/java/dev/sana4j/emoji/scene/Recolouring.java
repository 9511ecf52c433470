package dev.sana4j.emoji.scene;

import java.util.Arrays;

/**
 * Gives a drawing another colour: pixels near its main hue move to the hue of a {@link Tint}, and
 * their saturation and brightness are scaled so that the middle tones match it. Light and shade
 * stay, and so do parts of other hues, such as a green leaf or grey windows.
 */
final class Recolouring {
  private static final int HUES = 360;

  /** Half the range of hues that belong to the main colour, in degrees. */
  private static final int REACH = 40;

  /** Degrees beyond the range over which the effect fades out. */
  private static final int FADE = 20;

  /** Paler pixels have no visible hue. */
  private static final float PALE = 0.15f;

  /** Pixels with at least this saturation change fully. */
  private static final float SATURATED = 0.35f;

  /** Darker pixels have no visible hue. */
  private static final float DARK = 0.15f;

  /** Share of the differences of hue that stays, for gradients such as red to orange. */
  private static final float KEPT_HUES = 0.4f;

  private final int[] argb;
  private final float[] hsv;

  private Recolouring(int[] argb) {
    this.argb = argb;
    hsv = new float[3 * argb.length];
    for (int i = 0; i < argb.length; i++) {
      toHsv(argb[i], hsv, 3 * i);
    }
  }

  /** Returns non-premultiplied pixels of the same shape in the colour of the tint. */
  static int[] apply(int[] argb, Tint tint) {
    var image = new Recolouring(argb);
    int main = image.mainHue();
    return image.moved(main, tint);
  }

  /** Returns the hue with the most colour within the reach, 0 to 359. */
  private int mainHue() {
    double[] votes = new double[HUES];
    for (int i = 0; i < argb.length; i++) {
      votes[Math.min(HUES - 1, (int) hsv[3 * i])] += colour(i) * (argb[i] >>> 24);
    }
    int best = 0;
    double most = -1;
    for (int hue = 0; hue < HUES; hue++) {
      double sum = 0;
      for (int by = -REACH; by <= REACH; by++) {
        sum += votes[Math.floorMod(hue + by, HUES)] * (REACH + 1 - Math.abs(by));
      }
      if (sum > most) {
        most = sum;
        best = hue;
      }
    }
    return best;
  }

  /** Returns how visible the hue of a pixel is, 0 to 1. */
  private float colour(int pixel) {
    float saturation = hsv[3 * pixel + 1];
    float value = hsv[3 * pixel + 2];
    float bright = Math.min(1, value / DARK);
    return bright * Math.max(0, Math.min(1, (saturation - PALE) / (SATURATED - PALE)));
  }

  /** Returns how much of a pixel belongs to the main colour, 0 to 1. */
  private float share(int pixel, int main) {
    float distance = Math.abs(difference(hsv[3 * pixel], main));
    return colour(pixel) * Math.max(0, Math.min(1, 1 - (distance - REACH) / FADE));
  }

  /** Returns the signed difference of two hues, -180 to 180. */
  private static float difference(float hue, float from) {
    float difference = hue - from;
    return difference > HUES / 2f
        ? difference - HUES
        : difference < -HUES / 2f ? difference + HUES : difference;
  }

  private int[] moved(int main, Tint tint) {
    float[] target = new float[3];
    toHsv(tint.rgb(), target, 0);
    float saturation = target[1] / middle(main, 1);
    float value = target[2] / middle(main, 2);
    int[] moved = new int[argb.length];
    for (int i = 0; i < argb.length; i++) {
      float share = share(i, main);
      float hue = target[0] + KEPT_HUES * difference(hsv[3 * i], main);
      int rgb =
          toRgb(hue, Math.min(1, hsv[3 * i + 1] * saturation), Math.min(1, hsv[3 * i + 2] * value));
      moved[i] = (argb[i] & 0xFF000000) | mixed(argb[i], rgb, share);
    }
    return moved;
  }

  /** Returns the median of saturation (1) or value (2) of the pixels of the main colour. */
  private float middle(int main, int channel) {
    float[] values = new float[argb.length];
    int count = 0;
    for (int i = 0; i < argb.length; i++) {
      if (argb[i] >>> 24 > 128 && share(i, main) > 0.5f) {
        values[count++] = hsv[3 * i + channel];
      }
    }
    if (count == 0) {
      return 1;
    }
    Arrays.sort(values, 0, count);
    return values[count / 2];
  }

  private static int mixed(int from, int to, float share) {
    int mixed = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
      float before = from >> shift & 255;
      float after = to >> shift & 255;
      mixed |= Math.round(before + share * (after - before)) << shift;
    }
    return mixed;
  }

  /** Writes hue in degrees, saturation and value, both 0 to 1. */
  static void toHsv(int rgb, float[] into, int at) {
    float red = (rgb >> 16 & 255) / 255f;
    float green = (rgb >> 8 & 255) / 255f;
    float blue = (rgb & 255) / 255f;
    float most = Math.max(red, Math.max(green, blue));
    float range = most - Math.min(red, Math.min(green, blue));
    float sixth = 0;
    if (range > 0) {
      sixth =
          most == red
              ? (green - blue) / range
              : most == green ? (blue - red) / range + 2 : (red - green) / range + 4;
    }
    into[at] = sixth < 0 ? 60 * sixth + HUES : 60 * sixth;
    into[at + 1] = most == 0 ? 0 : range / most;
    into[at + 2] = most;
  }

  private static int toRgb(float hue, float saturation, float value) {
    float sixth = (hue % HUES + HUES) % HUES / 60;
    int rgb = 0;
    for (int channel = 0; channel < 3; channel++) { // red, green, blue
      float place = (sixth + 5 - 2 * channel) % 6;
      float part = Math.max(0, Math.min(1, Math.min(place, 4 - place)));
      rgb = rgb << 8 | Math.round(255 * (value - value * saturation * part));
    }
    return rgb;
  }
}
