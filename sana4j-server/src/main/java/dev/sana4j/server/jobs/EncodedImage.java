package dev.sana4j.server.jobs;

import dev.sana4j.image.ImageFormat;

/** An image as the bytes of a file. */
public final class EncodedImage {
  private final ImageFormat format;
  private final byte[] bytes;

  /**
   * An image.
   *
   * @param format of the bytes
   * @param bytes the file; handed over
   */
  EncodedImage(ImageFormat format, byte[] bytes) {
    this.format = format;
    this.bytes = bytes;
  }

  /**
   * The format of its bytes.
   *
   * @return PNG, JPEG or WebP
   */
  public ImageFormat format() {
    return format;
  }

  /**
   * How long the file is.
   *
   * @return bytes
   */
  public int length() {
    return bytes.length;
  }

  /**
   * The file.
   *
   * @return not to be written to: images are large and many, so it is no copy
   */
  public byte[] bytes() {
    return bytes;
  }
}
