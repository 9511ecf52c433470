package dev.sana4j.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;

/**
 * An opaque image in memory: 8 bits per channel, sRGB, rows from top to bottom.
 *
 * <p>Instances are immutable. {@link #of} and {@link #rgb} copy the bytes.
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
   * Creates an image from interleaved bytes.
   *
   * @param width in pixels, 1 to {@value ImageSize#MAX_SIDE}
   * @param height in pixels, 1 to {@value ImageSize#MAX_SIDE}
   * @param rgb red, green and blue of each pixel, (height, width, 3); copied
   * @return the image
   * @throws ImageException if a side is out of range or the array does not have height x width x 3
   *     bytes
   */
  public static RgbImage of(int width, int height, byte[] rgb) {
    return owning(new ImageSize(width, height), rgb.clone());
  }

  /** Creates an image without copying; the caller must not modify the array afterwards. */
  static RgbImage owning(ImageSize size, byte[] rgb) {
    int expected = size.width() * size.height() * 3;
    if (rgb.length != expected) {
      throw new ImageException(
          "an image of " + size + " needs " + expected + " bytes, but got " + rgb.length);
    }
    return new RgbImage(size, rgb);
  }

  /**
   * Returns the width.
   *
   * @return the width in pixels
   */
  public int width() {
    return size.width();
  }

  /**
   * Returns the height.
   *
   * @return the height in pixels
   */
  public int height() {
    return size.height();
  }

  /**
   * Returns width and height.
   *
   * @return the size in pixels
   */
  public ImageSize size() {
    return size;
  }

  /**
   * Returns a copy of the pixels.
   *
   * @return red, green and blue of each pixel, (height, width, 3)
   */
  public byte[] rgb() {
    return rgb.clone();
  }

  /** Returns the pixels without copying; the caller must not modify the array. */
  public byte[] shared() {
    return rgb;
  }

  /**
   * Copies the image into an AWT image.
   *
   * @return an image of type {@link BufferedImage#TYPE_3BYTE_BGR}
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
