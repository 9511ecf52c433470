package dev.sana4j.image;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The first image of a WebP file, extracted from its container.
 *
 * <p>The native decoder gets a file with only this image. It never sees metadata or later frames of
 * an animation.
 *
 * <p>Source of the layout: Google's "WebP Container Specification".
 */
final class WebPFrame {

  private static final int FILE_HEADER = 12;
  private static final int CHUNK_HEADER = 8;

  /** The bytes at the start of a pixel chunk that contain its size. */
  private static final int SIZE_BYTES = 10;

  private static final int MAX_SIDE = 0x3FFF;
  private static final int CANVAS_BYTES = 10;
  private static final int ALPHA_FLAG = 0x10;

  private final ImageSource source;
  private final DataInputStream data;
  private int canvasWidth;
  private int canvasHeight;
  private boolean animated;
  private int left;
  private int top;
  private int width;
  private int height;
  private byte[] alpha = {};
  private String pixelsName = "";
  private byte[] pixels = {};

  private WebPFrame(InputStream in, ImageSource source) {
    this.source = source;
    data = new DataInputStream(new BufferedInputStream(in));
  }

  /**
   * Reads the first image.
   *
   * @throws ImageException if the container is damaged or the size is rejected
   */
  static WebPFrame read(InputStream in, ImageSource source) throws IOException {
    var frame = new WebPFrame(in, source);
    frame.readChunks(/* sizeOnly= */ false);
    boolean fits =
        frame.animated
            ? frame.left + frame.width <= frame.canvasWidth
                && frame.top + frame.height <= frame.canvasHeight
            : frame.width == frame.canvasWidth && frame.height == frame.canvasHeight;
    if (!fits) {
      throw new ImageException(source + " is damaged: its image does not fit its canvas");
    }
    return frame;
  }

  /** Reads the size of the whole image and nothing after it. */
  static ImageSize size(InputStream in, ImageSource source) throws IOException {
    var frame = new WebPFrame(in, source);
    frame.readChunks(/* sizeOnly= */ true);
    return new ImageSize(frame.canvasWidth, frame.canvasHeight);
  }

  /** Reads up to the first pixels, or only until the size of the whole image is known. */
  private void readChunks(boolean sizeOnly) throws IOException {
    try {
      data.skipNBytes(FILE_HEADER);
      while (pixels.length == 0 && !(sizeOnly && canvasWidth > 0)) {
        String name = new String(data.readNBytes(4), StandardCharsets.ISO_8859_1);
        int length = Integer.reverseBytes(data.readInt());
        if (length < 0) {
          throw new EOFException();
        }
        switch (name) {
          case "VP8X" -> readCanvas(length);
          case "ANMF" -> readPlace();
          case "ALPH" -> alpha = content(length, length);
          case "VP8 ", "VP8L" -> readPixels(name, length, sizeOnly ? SIZE_BYTES : length);
          default -> data.skipNBytes(length + (length & 1L));
        }
      }
    } catch (EOFException e) {
      throw new ImageException(source + " is damaged: the file is cut short");
    }
  }

  private void readCanvas(int length) throws IOException {
    data.skipNBytes(4);
    setCanvas(1 + unsigned24(), 1 + unsigned24());
    data.skipNBytes(length + (length & 1L) - CANVAS_BYTES);
  }

  /** Sets the size of the canvas; ignores all but the first. */
  private void setCanvas(int newWidth, int newHeight) {
    if (canvasWidth == 0) {
      ImageDecoder.checkSize(source, newWidth, newHeight);
      canvasWidth = newWidth;
      canvasHeight = newHeight;
    }
  }

  /** Reads the header of an animation frame; the frame's chunks follow. */
  private void readPlace() throws IOException {
    animated = true;
    left = 2 * unsigned24();
    top = 2 * unsigned24();
    data.skipNBytes(10);
  }

  private void readPixels(String name, int length, int wanted) throws IOException {
    pixelsName = name;
    pixels = content(length, wanted);
    ByteBuffer head = ByteBuffer.wrap(pixels).order(ByteOrder.LITTLE_ENDIAN);
    if (pixels.length < SIZE_BYTES) {
      throw new ImageException(source + " is damaged: it has no pixels");
    }
    if (name.equals("VP8L")) {
      // A signature, then 14 bits for each side, less 1.
      int sides = head.getInt(1);
      width = 1 + (sides & MAX_SIDE);
      height = 1 + (sides >> 14 & MAX_SIDE);
    } else {
      // Frame tag and start code, then 14 bits for each side.
      width = head.getShort(6) & MAX_SIDE;
      height = head.getShort(8) & MAX_SIDE;
    }
    setCanvas(width, height);
  }

  /**
   * Reads the first bytes of a chunk. The rest of the chunk is not read, so this ends the parsing.
   */
  private byte[] content(int length, int wanted) throws IOException {
    byte[] content = data.readNBytes(Math.min(length, wanted));
    if (content.length < Math.min(length, wanted)) {
      throw new EOFException();
    }
    if (wanted == length) {
      data.skipNBytes(length & 1);
    }
    return content;
  }

  private int unsigned24() throws IOException {
    return data.readUnsignedByte() | data.readUnsignedByte() << 8 | data.readUnsignedByte() << 16;
  }

  /** Returns a complete WebP file with only this image. */
  byte[] toFile() {
    boolean hasAlpha = alpha.length > 0 && pixelsName.equals("VP8 ");
    int alphaBytes = 2 * CHUNK_HEADER + CANVAS_BYTES + paddedTo2(alpha.length);
    int bytes = FILE_HEADER + (hasAlpha ? alphaBytes : 0) + CHUNK_HEADER + paddedTo2(pixels.length);
    ByteBuffer file = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.put(ascii("RIFF")).putInt(bytes - CHUNK_HEADER).put(ascii("WEBP"));
    if (hasAlpha) {
      // Two sides of 24 bits, written as one number.
      long sides = width - 1L | (height - 1L) << 24;
      file.put(ascii("VP8X")).putInt(CANVAS_BYTES).putInt(ALPHA_FLAG);
      file.putInt((int) sides).putShort((short) (sides >> 32));
      putChunk(file, "ALPH", alpha);
    }
    putChunk(file, pixelsName, pixels);
    return file.array();
  }

  private static void putChunk(ByteBuffer file, String name, byte[] content) {
    file.put(ascii(name)).putInt(content.length).put(content);
    file.position(paddedTo2(file.position()));
  }

  /** Returns the position of the image on the canvas of an animation. */
  FramePlace place() {
    return new FramePlace(
        new ImageSize(canvasWidth, canvasHeight), left, top, new ImageSize(width, height));
  }

  private static int paddedTo2(int length) {
    return length + (length & 1);
  }

  private static byte[] ascii(String name) {
    return name.getBytes(StandardCharsets.US_ASCII);
  }
}
