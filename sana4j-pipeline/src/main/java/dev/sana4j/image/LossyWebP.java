package dev.sana4j.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

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

  private LossyWebP() {}

  /** Returns a complete WebP file that holds nothing but the lossy picture of {@code data}. */
  static byte[] of(byte[] data, Path file) {
    ByteBuffer chunks = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).position(FILE_HEADER);
    while (chunks.remaining() >= CHUNK_HEADER) {
      byte[] name = new byte[4];
      chunks.get(name);
      int length = chunks.getInt();
      if (length < 0 || length > chunks.remaining()) {
        throw new ImageException(file + " is damaged: it is cut short");
      }
      switch (new String(name, StandardCharsets.ISO_8859_1)) {
        case "VP8 " -> {
          return wrap(chunks.slice(chunks.position(), length));
        }
        case "VP8L", "ALPH", "ANIM", "ANMF" ->
            throw new ImageException(
                file
                    + " is a lossless, transparent or animated WebP, which is not read;"
                    + " convert it to PNG");
        default -> chunks.position(Math.min(chunks.limit(), chunks.position() + paddedTo2(length)));
      }
    }
    throw new ImageException(file + " is damaged: it holds no picture");
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
