package dev.sana4j.image;

import java.util.Arrays;

/**
 * Blends a new image over an old one as a mask says. Where the mask is black, the old image stays
 * byte for byte. Towards black pixels the new image fades out.
 *
 * <p>Distances to the nearest black pixel are two-pass chamfer distances (G. Borgefors 1986) with
 * steps of 1 and the square root of 2.
 */
public final class MaskBlend {
  private static final float DIAGONAL = (float) Math.sqrt(2);
  private static final int WHITE = 255;

  private final int width;
  private final int height;
  private final float[] weights;

  private MaskBlend(RgbImage mask) {
    width = mask.width();
    height = mask.height();
    weights = new float[width * height];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = level(mask, i) / (float) WHITE;
    }
  }

  /**
   * Returns how strongly a pixel is repainted.
   *
   * @param mask a mask; white, grey or coloured where pixels are repainted
   * @param pixel the index of the pixel, row by row
   * @return the largest of its three channels, 0 to 255
   */
  public static int level(RgbImage mask, int pixel) {
    byte[] rgb = mask.shared();
    int i = 3 * pixel;
    return Math.max(rgb[i] & 0xFF, Math.max(rgb[i + 1] & 0xFF, rgb[i + 2] & 0xFF));
  }

  /**
   * Blends two images.
   *
   * @param old the image shown where the mask is black
   * @param made the image shown where the mask is white, of the same size
   * @param mask the mask, of the same size
   * @param feather width of the transition inside the mask in pixels; 0 for a hard edge
   * @return the blended image
   */
  public static RgbImage apply(RgbImage old, RgbImage made, RgbImage mask, int feather) {
    var blend = new MaskBlend(mask);
    if (feather > 0) {
      blend.fade(feather);
    }
    byte[] from = old.shared();
    byte[] to = made.shared();
    byte[] out = new byte[from.length];
    for (int i = 0; i < out.length; i++) {
      float weight = blend.weights[i / 3];
      int before = from[i] & 0xFF;
      out[i] = (byte) Math.round(before + weight * ((to[i] & 0xFF) - before));
    }
    return RgbImage.owning(old.size(), out);
  }

  private void fade(int feather) {
    float[] distances = new float[weights.length];
    Arrays.fill(distances, Float.MAX_VALUE);
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] == 0) {
        distances[i] = 0;
      }
    }
    for (int i = 0; i < weights.length; i++) {
      nearer(distances, i, -1);
    }
    for (int i = weights.length - 1; i >= 0; i--) {
      nearer(distances, i, 1);
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= Math.min(1, distances[i] / (feather + 1));
    }
  }

  /**
   * Updates a distance from the neighbours visited before it: one in its row, three in the next
   * row.
   */
  private void nearer(float[] distances, int pixel, int direction) {
    int x = pixel % width;
    int y = pixel / width;
    float nearest = distances[pixel];
    if (x + direction >= 0 && x + direction < width) {
      nearest = Math.min(nearest, distances[pixel + direction] + 1);
    }
    if (y + direction >= 0 && y + direction < height) {
      int below = pixel + direction * width;
      nearest = Math.min(nearest, distances[below] + 1);
      if (x > 0) {
        nearest = Math.min(nearest, distances[below - 1] + DIAGONAL);
      }
      if (x < width - 1) {
        nearest = Math.min(nearest, distances[below + 1] + DIAGONAL);
      }
    }
    distances[pixel] = nearest;
  }
}
