package dev.sana4j.sprites;

import java.awt.image.BufferedImage;

/** An image with transparency, its colours multiplied by alpha; from 0 to 1. */
final class Pixels {
  private static final int CHANNELS = 4;

  /** Less than this cannot be seen. */
  private static final float VISIBLE = 8 / 255f;

  private final int width;
  private final int height;

  /** Red, green, blue and alpha; (height, width, 4). */
  private final float[] rgba;

  private Pixels(int width, int height, float[] rgba) {
    this.width = width;
    this.height = height;
    this.rgba = rgba;
  }

  static Pixels of(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    int[] argb = image.getRGB(0, 0, width, height, null, 0, width);
    float[] rgba = new float[argb.length * CHANNELS];
    for (int i = 0; i < argb.length; i++) {
      float alpha = (argb[i] >>> 24) / 255f;
      rgba[4 * i] = alpha * (argb[i] >> 16 & 255) / 255f;
      rgba[4 * i + 1] = alpha * (argb[i] >> 8 & 255) / 255f;
      rgba[4 * i + 2] = alpha * (argb[i] & 255) / 255f;
      rgba[4 * i + 3] = alpha;
    }
    return new Pixels(width, height, rgba);
  }

  /** Without the margin in which nothing can be seen. */
  Pixels trimmed() {
    int minX = width;
    int minY = height;
    int maxX = -1;
    int maxY = -1;
    for (int i = 0; i < width * height; i++) {
      if (rgba[CHANNELS * i + 3] > VISIBLE) {
        minX = Math.min(minX, i % width);
        maxX = Math.max(maxX, i % width);
        minY = Math.min(minY, i / width);
        maxY = Math.max(maxY, i / width);
      }
    }
    int newWidth = Math.max(1, maxX - minX + 1);
    int newHeight = Math.max(1, maxY - minY + 1);
    float[] part = new float[newWidth * newHeight * CHANNELS];
    for (int y = 0; y < newHeight; y++) {
      int from = ((minY + y) * width + minX) * CHANNELS;
      System.arraycopy(rgba, from, part, y * newWidth * CHANNELS, newWidth * CHANNELS);
    }
    return new Pixels(newWidth, newHeight, part);
  }

  /** Scaled so that the longer side has so many pixels; each is the average over what it covers. */
  Pixels scaled(int longest) {
    double scale = (double) longest / Math.max(width, height);
    int newWidth = Math.max(1, (int) Math.round(width * scale));
    int newHeight = Math.max(1, (int) Math.round(height * scale));
    float[] target = new float[newWidth * newHeight * CHANNELS];
    for (int y = 0; y < newHeight; y++) {
      for (int x = 0; x < newWidth; x++) {
        average(x, y, newWidth, newHeight, target);
      }
    }
    return new Pixels(newWidth, newHeight, target);
  }

  private void average(int x, int y, int newWidth, int newHeight, float[] target) {
    double left = (double) x * width / newWidth;
    double right = (double) (x + 1) * width / newWidth;
    double top = (double) y * height / newHeight;
    double bottom = (double) (y + 1) * height / newHeight;
    double area = (right - left) * (bottom - top);
    int at = (y * newWidth + x) * CHANNELS;
    for (int row = (int) top; row < Math.min(height, Math.ceil(bottom)); row++) {
      double high = Math.min(row + 1, bottom) - Math.max(row, top);
      for (int column = (int) left; column < Math.min(width, Math.ceil(right)); column++) {
        double wide = Math.min(column + 1, right) - Math.max(column, left);
        float share = (float) (high * wide / area);
        for (int channel = 0; channel < CHANNELS; channel++) {
          target[at + channel] += share * rgba[(row * width + column) * CHANNELS + channel];
        }
      }
    }
  }

  /** Copies into the middle of a cell of a sheet, with colours no longer multiplied by alpha. */
  void into(BufferedImage sheet, int left, int top, int side) {
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = (y * width + x) * CHANNELS;
        sheet.setRGB(left + (side - width) / 2 + x, top + (side - height) / 2 + y, packed(at));
      }
    }
  }

  private int packed(int at) {
    float alpha = rgba[at + 3];
    if (alpha <= 1 / 255f) {
      return 0;
    }
    return level(alpha) << 24
        | level(rgba[at] / alpha) << 16
        | level(rgba[at + 1] / alpha) << 8
        | level(rgba[at + 2] / alpha);
  }

  private static int level(float value) {
    return Math.min(255, Math.round(value * 255));
  }
}
