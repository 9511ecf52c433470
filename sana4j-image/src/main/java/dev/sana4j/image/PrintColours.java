package dev.sana4j.image;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.util.Optional;

/**
 * Converts the inks of print (cyan, magenta, yellow, black) to sRGB: with the image's ICC profile,
 * or without one by {@code R = (1 - C) (1 - K)}, the same on every machine.
 */
final class PrintColours {

  private static final int INKS = 4;
  private static final int FULL = 255;

  private PrintColours() {}

  /**
   * Converts the pixels of a JPEG. With Adobe's marker the stored values are inverted, so that 0 is
   * the full ink; without it, 255 is.
   *
   * @param stored 4 interleaved bands of bytes, as stored
   */
  static BufferedImage ofJpeg(Raster stored, JpegHeader header) {
    byte[] inks = samples(stored);
    if (header.transform() == JpegHeader.YCCK) {
      toCmyk(inks);
    }
    if (header.transform() != JpegHeader.NO_MARKER) {
      for (int i = 0; i < inks.length; i++) {
        inks[i] = (byte) (FULL - (inks[i] & 0xFF));
      }
    }
    return toRgb(inks, stored.getWidth(), stored.getHeight(), header.profile());
  }

  /**
   * Converts the pixels of an image in a colour space of 4 inks.
   *
   * @param profile the embedded ICC profile, empty if there is none
   */
  static BufferedImage of(BufferedImage image, byte[] profile) {
    Raster raster = image.getRaster();
    return toRgb(samples(raster), raster.getWidth(), raster.getHeight(), profile);
  }

  /** Returns the first four bands, 8 bits each. */
  private static byte[] samples(Raster raster) {
    int width = raster.getWidth();
    int bands = raster.getNumBands();
    int shift = raster.getSampleModel().getSampleSize(0) - 8;
    byte[] inks = new byte[Math.multiplyExact(INKS, width * raster.getHeight())];
    int[] row = new int[width * bands];
    int next = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int i = 0; i < row.length; i += bands) {
        for (int ink = 0; ink < INKS; ink++) {
          inks[next++] = (byte) (row[i + ink] >> shift);
        }
      }
    }
    return inks;
  }

  /** Converts Y, Cb, Cr in place by ITU T.871; the fourth value is black already. */
  private static void toCmyk(byte[] inks) {
    for (int i = 0; i < inks.length; i += INKS) {
      int luma = inks[i] & 0xFF;
      double blue = (inks[i + 1] & 0xFF) - 128;
      double red = (inks[i + 2] & 0xFF) - 128;
      inks[i] = clamped(luma + 1.402 * red);
      inks[i + 1] = clamped(luma - 0.344136 * blue - 0.714136 * red);
      inks[i + 2] = clamped(luma + 1.772 * blue);
    }
  }

  private static byte clamped(double value) {
    return (byte) Math.max(0, Math.min(FULL, Math.round(value)));
  }

  private static BufferedImage toRgb(byte[] inks, int width, int height, byte[] profile) {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    Optional<ICC_ColorSpace> space = colourSpace(profile);
    if (space.isEmpty() || !convert(space.get(), inks, image)) {
      convert(inks, image);
    }
    return image;
  }

  /** Returns the colour space of a profile, or empty if it is damaged or not for four inks. */
  private static Optional<ICC_ColorSpace> colourSpace(byte[] profile) {
    if (profile.length == 0) {
      return Optional.empty();
    }
    try {
      var space = new ICC_ColorSpace(ICC_Profile.getInstance(profile));
      return space.getType() == ColorSpace.TYPE_CMYK ? Optional.of(space) : Optional.empty();
    } catch (RuntimeException e) {
      // The classes of AWT throw several kinds of exceptions for damaged profiles.
      return Optional.empty();
    }
  }

  private static boolean convert(ICC_ColorSpace space, byte[] inks, BufferedImage image) {
    int width = image.getWidth();
    WritableRaster from =
        Raster.createInterleavedRaster(
            new DataBufferByte(inks, inks.length),
            width,
            image.getHeight(),
            width * INKS,
            INKS,
            new int[] {0, 1, 2, 3},
            null);
    try {
      new ColorConvertOp(space, image.getColorModel().getColorSpace(), null)
          .filter(from, image.getRaster());
      return true;
    } catch (RuntimeException e) {
      // The profile is damaged.
      return false;
    }
  }

  private static void convert(byte[] inks, BufferedImage image) {
    byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    for (int i = 0, to = 0; i < inks.length; i += INKS, to += 3) {
      int light = FULL - (inks[i + 3] & 0xFF);
      for (int band = 0; band < 3; band++) {
        int value = (FULL - (inks[i + band] & 0xFF)) * light;
        bgr[to + 2 - band] = (byte) ((value + FULL / 2) / FULL);
      }
    }
  }
}
