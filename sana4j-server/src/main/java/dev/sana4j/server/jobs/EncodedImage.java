package dev.sana4j.server.jobs;

import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.ImageSize;

/** A finished image as the bytes of a file. */
public final class EncodedImage {
  private final int index;
  private final long seed;
  private final ImageSize size;
  private final ImageFormat format;
  private final byte[] bytes;

  /**
   * An image.
   *
   * @param index which one of its job, from 0
   * @param seed of its noise
   * @param size in pixels
   * @param format of the bytes
   * @param bytes the file; handed over
   */
  public EncodedImage(int index, long seed, ImageSize size, ImageFormat format, byte[] bytes) {
    this.index = index;
    this.seed = seed;
    this.size = size;
    this.format = format;
    this.bytes = bytes;
  }

  /**
   * Which one of its job.
   *
   * @return from 0
   */
  public int index() {
    return index;
  }

  /**
   * The seed of its noise.
   *
   * @return a seed
   */
  public long seed() {
    return seed;
  }

  /**
   * Its size.
   *
   * @return in pixels
   */
  public ImageSize size() {
    return size;
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
