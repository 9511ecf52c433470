package dev.sana4j.pipeline;

import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import java.util.function.IntBinaryOperator;

/** Images and masks for tasks. */
final class TaskImages {
  private TaskImages() {}

  /**
   * Returns an image that is smooth, so that resizing preserves it, and different at every pixel.
   */
  static RgbImage smooth(ImageSize size) {
    byte[] rgb = new byte[size.width() * size.height() * 3];
    for (int i = 0; i < rgb.length / 3; i++) {
      rgb[3 * i] = (byte) (i % size.width() * 255 / size.width());
      rgb[3 * i + 1] = (byte) (i / size.width() * 255 / size.height());
      rgb[3 * i + 2] = (byte) 40;
    }
    return RgbImage.of(size.width(), size.height(), rgb);
  }

  /** Returns an image with grey levels by column and row. */
  static RgbImage mask(ImageSize size, IntBinaryOperator level) {
    byte[] rgb = new byte[size.width() * size.height() * 3];
    for (int i = 0; i < rgb.length; i++) {
      int pixel = i / 3;
      rgb[i] = (byte) level.applyAsInt(pixel % size.width(), pixel / size.width());
    }
    return RgbImage.of(size.width(), size.height(), rgb);
  }

  static double meanDifference(RgbImage left, RgbImage right) {
    byte[] a = left.rgb();
    byte[] b = right.rgb();
    long sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs((a[i] & 0xFF) - (b[i] & 0xFF));
    }
    return (double) sum / a.length;
  }
}
