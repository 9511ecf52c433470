package dev.sana4j.image;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The sizes of a GIF file: its screen and its first image, which may be smaller.
 *
 * <p>Source of the layout: CompuServe's "GIF89a Specification".
 */
final class GifFrame {
  private static final int SIGNATURE = 6;
  private static final int HAS_PALETTE = 0x80;
  private static final int EXTENSION = 0x21;
  private static final int IMAGE = 0x2C;

  private final ImageSource source;
  private final DataInputStream data;

  private GifFrame(InputStream in, ImageSource source) {
    this.source = source;
    data = new DataInputStream(new BufferedInputStream(in));
  }

  /**
   * Reads the sizes. The canvas is enlarged where the image exceeds the screen, as browsers do.
   *
   * @throws ImageException if there is no image or a size is out of range
   */
  static FramePlace read(InputStream in, ImageSource source) throws IOException {
    try {
      return new GifFrame(in, source).place();
    } catch (EOFException e) {
      throw new ImageException(source + " is damaged: the file is cut short");
    }
  }

  private FramePlace place() throws IOException {
    data.skipNBytes(SIGNATURE);
    int width = unsigned16();
    int height = unsigned16();
    int flags = data.readUnsignedByte();
    data.skipNBytes(2);
    if ((flags & HAS_PALETTE) != 0) {
      data.skipNBytes(3L << ((flags & 7) + 1));
    }
    skipToImage();
    int left = unsigned16();
    int top = unsigned16();
    int frameWidth = unsigned16();
    int frameHeight = unsigned16();
    ImageDecoder.checkSize(source, frameWidth, frameHeight);
    int canvasWidth = Math.max(width, left + frameWidth);
    int canvasHeight = Math.max(height, top + frameHeight);
    ImageDecoder.checkSize(source, canvasWidth, canvasHeight);
    return new FramePlace(
        new ImageSize(canvasWidth, canvasHeight),
        left,
        top,
        new ImageSize(frameWidth, frameHeight));
  }

  /** Skips extensions, which are chains of blocks of up to 255 bytes. */
  private void skipToImage() throws IOException {
    int kind = data.readUnsignedByte();
    while (kind == EXTENSION) {
      data.skipNBytes(1);
      int length = data.readUnsignedByte();
      while (length > 0) {
        data.skipNBytes(length);
        length = data.readUnsignedByte();
      }
      kind = data.readUnsignedByte();
    }
    if (kind != IMAGE) {
      throw new ImageException(source + " is damaged: it has no image");
    }
  }

  private int unsigned16() throws IOException {
    return Short.toUnsignedInt(Short.reverseBytes(data.readShort()));
  }
}
