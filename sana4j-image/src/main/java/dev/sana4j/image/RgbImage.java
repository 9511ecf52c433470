package dev.sana4j.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;

/**
 * An opaque image on the heap: 8 bits a channel, sRGB, rows from the top.
 *
 * <p>Immutable: the bytes are copied on the way in and out.
 */
public final class RgbImage {

  static {
    Headless.ensure();
  }

  private final ImageSize size;
  private final byte[] rgb;

  private RgbImage(ImageSize size, byte[] rgb) {
    this.size = size;
    this.rgb = rgb;
  }

  /**
   * Makes an image of interleaved bytes.
   *
   * @param width in pixels, 1 to {@value ImageSize#MAX_SIDE}
   * @param height in pixels, 1 to {@value ImageSize#MAX_SIDE}
   * @param rgb red, green and blue of each pixel, (height, width, 3), copied
   * @return the image
   * @throws ImageException if a side is out of range or the bytes are not height x width x 3
   */
  public static RgbImage of(int width, int height, byte[] rgb) {
    return owning(new ImageSize(width, height), rgb.clone());
  }

  /** As {@link #of}, but the array is handed over and must not be written to again. */
  static RgbImage owning(ImageSize size, byte[] rgb) {
    int expected = size.width() * size.height() * 3;
    if (rgb.length != expected) {
      throw new ImageException(
          "an image of " + size + " has " + expected + " bytes, but " + rgb.length + " were given");
    }
    return new RgbImage(size, rgb);
  }

  /**
   * Returns the width.
   *
   * @return pixels
   */
  public int width() {
    return size.width();
  }

  /**
   * Returns the height.
   *
   * @return pixels
   */
  public int height() {
    return size.height();
  }

  /**
   * Returns width and height.
   *
   * @return the size
   */
  public ImageSize size() {
    return size;
  }

  /**
   * Returns the pixels.
   *
   * @return a copy of the interleaved bytes, (height, width, 3)
   */
  public byte[] rgb() {
    return rgb.clone();
  }

  /** As {@link #rgb}, but without a copy; must not be written to. */
  public byte[] shared() {
    return rgb;
  }

  /**
   * Copies the image into an AWT image.
   *
   * @return an image of {@link BufferedImage#TYPE_3BYTE_BGR}
   */
  public BufferedImage toBufferedImage() {
    var image = new BufferedImage(width(), height(), BufferedImage.TYPE_3BYTE_BGR);
    byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < rgb.length; i += 3) {
      bgr[i] = rgb[i + 2];
      bgr[i + 1] = rgb[i + 1];
      bgr[i + 2] = rgb[i];
    }
    return image;
  }
}
