package dev.sana4j.server.jobs;

import dev.sana4j.image.ImageFormat;

/** An image as the bytes of a file. */
public final class EncodedImage {
  private final ImageFormat format;
  private final byte[] bytes;

  /**
   * Creates an image.
   *
   * @param format of the bytes
   * @param bytes the file; not copied
   */
  EncodedImage(ImageFormat format, byte[] bytes) {
    this.format = format;
    this.bytes = bytes;
  }

  /**
   * Returns the format.
   *
   * @return PNG, JPEG or WebP
   */
  public ImageFormat format() {
    return format;
  }

  /**
   * Returns the size of the file.
   *
   * @return bytes
   */
  public int length() {
    return bytes.length;
  }

  /**
   * Returns the file.
   *
   * @return not a copy; must not be modified
   */
  public byte[] bytes() {
    return bytes;
  }
}
