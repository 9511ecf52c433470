package dev.sana4j.data;

import dev.sana4j.image.CoverResize;
import dev.sana4j.image.ImageException;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;

/** Loads images of a data set in a given size, as floats in -1..1. Thread-safe. */
final class PixelLoader {
  private static final int MAX_FLOATS = Integer.MAX_VALUE - 8;

  private final DataSet data;

  PixelLoader(DataSet data) {
    this.data = data;
  }

  /** Allocates a buffer for some images, (count, 3, H, W). */
  static float[] room(int count, ImageSize size) {
    long floats = (long) count * image(size);
    if (floats > MAX_FLOATS) {
      throw new DataException(
          "a batch of "
              + count
              + " images of "
              + size
              + " pixels is too large; choose a smaller batch");
    }
    return new float[(int) floats];
  }

  static int image(ImageSize size) {
    return 3 * size.height() * size.width();
  }

  /** Loads an image into a slot; returns false if it is broken. */
  boolean load(int sample, ImageSize size, boolean flip, float[] pixels, int slot) {
    RgbImage image;
    try {
      image = CoverResize.apply(data.image(sample), size);
    } catch (ImageException e) {
      return false;
    }
    byte[] rgb = image.rgb();
    int plane = size.height() * size.width();
    int start = slot * 3 * plane;
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        int from = (y * size.width() + (flip ? size.width() - 1 - x : x)) * 3;
        int to = start + y * size.width() + x;
        pixels[to] = (rgb[from] & 0xFF) / 127.5f - 1;
        pixels[to + plane] = (rgb[from + 1] & 0xFF) / 127.5f - 1;
        pixels[to + 2 * plane] = (rgb[from + 2] & 0xFF) / 127.5f - 1;
      }
    }
    return true;
  }
}
