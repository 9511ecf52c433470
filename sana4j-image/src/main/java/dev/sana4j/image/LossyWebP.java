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
 * Cuts the plain lossy picture out of a WebP file.
 *
 * <p>The native decoder (libwebp of 2020, in webp-imageio) is open to CVE-2023-4863: a crafted
 * lossless stream, which also serves for transparency, writes beyond its memory. So it is only ever
 * given a file made anew of one lossy chunk; everything else is refused.
 *
 * <p>Source of the layout: Google's "WebP Container Specification".
 */
final class LossyWebP {

  private static final int CHUNK_HEADER = 8;
  private static final int FILE_HEADER = 12;
  private static final int MAX_SIDE = 0x3FFF;

  private LossyWebP() {}

  /** Returns a complete WebP file that holds nothing but the lossy picture of {@code data}. */
  static byte[] of(byte[] data, ImageSource file) {
    ByteBuffer chunks = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).position(FILE_HEADER);
    while (chunks.remaining() >= CHUNK_HEADER) {
      byte[] name = new byte[4];
      chunks.get(name);
      int length = chunks.getInt();
      if (length < 0 || length > chunks.remaining()) {
        throw cutShort(file);
      }
      switch (new String(name, StandardCharsets.ISO_8859_1)) {
        case "VP8 " -> {
          return wrap(chunks.slice(chunks.position(), length));
        }
        case "VP8L", "ALPH", "ANIM", "ANMF" -> throw notRead(file);
        default -> chunks.position(Math.min(chunks.limit(), chunks.position() + paddedTo2(length)));
      }
    }
    throw new ImageException(file + " is damaged: it holds no picture");
  }

  /** Returns the size of the lossy picture, having read no further than the head of its chunk. */
  static ImageSize size(InputStream in, ImageSource file) throws IOException {
    var data = new DataInputStream(new BufferedInputStream(in));
    try {
      data.skipNBytes(FILE_HEADER);
      while (true) {
        String name = new String(data.readNBytes(4), StandardCharsets.ISO_8859_1);
        int length = Integer.reverseBytes(data.readInt());
        switch (name) {
          case "VP8 " -> {
            // Frame tag and start code, then 14 bits for each side.
            data.skipNBytes(6);
            int width = Short.reverseBytes(data.readShort()) & MAX_SIDE;
            int height = Short.reverseBytes(data.readShort()) & MAX_SIDE;
            if (width == 0 || height == 0) {
              throw new ImageException(file + " is damaged: it has no pixels");
            }
            return new ImageSize(width, height);
          }
          case "VP8L", "ALPH", "ANIM", "ANMF" -> throw notRead(file);
          default -> data.skipNBytes(paddedTo2(length));
        }
      }
    } catch (EOFException e) {
      throw cutShort(file);
    }
  }

  private static ImageException notRead(ImageSource file) {
    return new ImageException(
        file
            + " is a lossless, transparent or animated WebP, which is not read;"
            + " convert it to PNG");
  }

  private static ImageException cutShort(ImageSource file) {
    return new ImageException(file + " is damaged: it is cut short");
  }

  private static byte[] wrap(ByteBuffer picture) {
    int padded = paddedTo2(picture.remaining());
    ByteBuffer file =
        ByteBuffer.allocate(FILE_HEADER + CHUNK_HEADER + padded).order(ByteOrder.LITTLE_ENDIAN);
    file.put(ascii("RIFF")).putInt(4 + CHUNK_HEADER + padded).put(ascii("WEBP"));
    file.put(ascii("VP8 ")).putInt(picture.remaining()).put(picture);
    return file.array();
  }

  private static int paddedTo2(int length) {
    return length + (length & 1);
  }

  private static byte[] ascii(String name) {
    return name.getBytes(StandardCharsets.US_ASCII);
  }
}
