package dev.sana4j.image;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.Raster;
import java.util.Arrays;

/**
 * Converts decoded images of any colour model to opaque RGB, blending transparent pixels over
 * white.
 */
final class OpaquePixels {

  private static final int WHITE = 255;

  private OpaquePixels() {}

  static RgbImage of(BufferedImage image) {
    var size = new ImageSize(image.getWidth(), image.getHeight());
    byte[] rgb = new byte[size.width() * size.height() * 3];
    if (isGrey(image.getColorModel())) {
      copyGrey(image, rgb);
    } else {
      copyColours(standard(image), rgb);
    }
    return RgbImage.owning(size, rgb);
  }

  /** Returns the transparency as grey levels, or the image itself if it is opaque. */
  static RgbImage maskOf(BufferedImage image) {
    if (!image.getColorModel().hasAlpha()) {
      return of(image);
    }
    byte[] mask = new byte[image.getWidth() * image.getHeight() * 3];
    boolean isOpaque = true;
    int[] row = new int[image.getWidth()];
    int next = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, row.length, 1, row, 0, row.length);
      for (int argb : row) {
        int clear = WHITE - (argb >>> 24);
        isOpaque &= clear == 0;
        Arrays.fill(mask, next, next + 3, (byte) clear);
        next += 3;
      }
    }
    return isOpaque
        ? of(image)
        : RgbImage.owning(new ImageSize(image.getWidth(), image.getHeight()), mask);
  }

  private static boolean isGrey(ColorModel model) {
    return model instanceof ComponentColorModel
        && model.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
  }

  /** Converts an image with an ICC profile to sRGB, much faster than AWT does pixel by pixel. */
  private static BufferedImage standard(BufferedImage image) {
    ColorSpace space = image.getColorModel().getColorSpace();
    if (space.isCS_sRGB() || !(space instanceof ICC_ColorSpace)) {
      return image;
    }
    int type =
        image.getColorModel().hasAlpha() ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB;
    var converted = new BufferedImage(image.getWidth(), image.getHeight(), type);
    return new ColorConvertOp(null).filter(image, converted);
  }

  /** Copies grey samples directly. AWT would treat them as linear light and brighten them. */
  private static void copyGrey(BufferedImage image, byte[] rgb) {
    Raster raster = image.getRaster();
    int shift = image.getColorModel().getComponentSize(0) - 8;
    int bands = raster.getNumBands();
    int width = image.getWidth();
    int[] row = new int[width * bands];
    int next = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int i = 0; i < row.length; i += bands) {
        int alpha = bands == 1 ? WHITE : row[i + 1] >> shift;
        byte grey = overWhite(row[i] >> shift, alpha);
        rgb[next++] = grey;
        rgb[next++] = grey;
        rgb[next++] = grey;
      }
    }
  }

  private static void copyColours(BufferedImage image, byte[] rgb) {
    int width = image.getWidth();
    int[] row = new int[width];
    int next = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int argb : row) {
        int alpha = argb >>> 24;
        rgb[next++] = overWhite(argb >> 16 & 0xFF, alpha);
        rgb[next++] = overWhite(argb >> 8 & 0xFF, alpha);
        rgb[next++] = overWhite(argb & 0xFF, alpha);
      }
    }
  }

  private static byte overWhite(int value, int alpha) {
    return (byte) ((value * alpha + WHITE * (WHITE - alpha) + WHITE / 2) / WHITE);
  }
}
