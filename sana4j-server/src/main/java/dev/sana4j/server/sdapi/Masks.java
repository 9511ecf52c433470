package dev.sana4j.server.sdapi;

import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;

/** Prepares masks as the web UI does. */
final class Masks {
  private Masks() {}

  /** Returns a mask with the size of the image, stretched if necessary. */
  static RgbImage resized(RgbImage mask, ImageSize size) {
    if (mask.size().equals(size)) {
      return mask;
    }
    byte[] from = mask.rgb();
    byte[] to = new byte[3 * size.width() * size.height()];
    int next = 0;
    for (int y = 0; y < size.height(); y++) {
      int row = (int) ((y + 0.5) * mask.height() / size.height());
      for (int x = 0; x < size.width(); x++) {
        int column = (int) ((x + 0.5) * mask.width() / size.width());
        System.arraycopy(from, 3 * (row * mask.width() + column), to, next, 3);
        next += 3;
      }
    }
    return RgbImage.of(size.width(), size.height(), to);
  }

  static RgbImage inverted(RgbImage mask) {
    byte[] rgb = mask.rgb();
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) ~rgb[i];
    }
    return RgbImage.of(mask.width(), mask.height(), rgb);
  }
}
