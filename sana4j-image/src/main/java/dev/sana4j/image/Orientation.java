package dev.sana4j.image;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The EXIF orientation of an image: which corner of the stored image is its upper left one. Missing
 * or damaged data counts as upright.
 *
 * <p>Source: CIPA DC-008 "Exif", section 4.6.4 (tag 0x0112). The container layouts follow ITU T.81,
 * W3C's PNG specification and Google's WebP container specification.
 *
 * @param code 1 for upright; 2 to 8 for the other orientations
 */
record Orientation(int code) {
  private static final Orientation UPRIGHT = new Orientation(1);
  private static final int TAG = 0x0112;
  private static final int MAX_EXIF_BYTES = 1 << 20;
  private static final byte[] JPEG_EXIF = "Exif\0\0".getBytes(StandardCharsets.ISO_8859_1);
  private static final int PNG_SIGNATURE = 8;
  private static final int RIFF_HEADER = 12;

  /**
   * Reads the orientation of a PNG, JPEG or WebP file. Except for WebP, only the parts before the
   * pixels are read.
   */
  static Orientation of(StoredFormat format, ImageSource file) throws IOException {
    try (InputStream in = file.open();
        var data = new DataInputStream(new BufferedInputStream(in))) {
      return switch (format) {
        case JPEG -> jpeg(data);
        case PNG -> png(data);
        case WEBP -> webp(data);
        case GIF, BMP, TIFF -> UPRIGHT;
      };
    } catch (EOFException e) {
      return UPRIGHT;
    }
  }

  /** Returns the orientation of a code; unknown codes count as upright. */
  static Orientation ofCode(int code) {
    return code >= 1 && code <= 8 ? new Orientation(code) : UPRIGHT;
  }

  /** Reads segments up to the first scan: a marker, then a length that includes its own bytes. */
  private static Orientation jpeg(DataInputStream data) throws IOException {
    data.skipNBytes(2);
    while (true) {
      int marker = data.readUnsignedShort();
      if (marker <= 0xFF00 || marker == 0xFFDA) {
        return UPRIGHT;
      }
      int length = data.readUnsignedShort() - 2;
      if (length < 0) {
        return UPRIGHT;
      }
      if (marker != 0xFFE1) {
        data.skipNBytes(length);
        continue;
      }
      byte[] content = exactly(data, length);
      if (length > JPEG_EXIF.length
          && Arrays.equals(content, 0, JPEG_EXIF.length, JPEG_EXIF, 0, JPEG_EXIF.length)) {
        return tiff(Arrays.copyOfRange(content, JPEG_EXIF.length, length));
      }
    }
  }

  /** Reads chunks up to the pixels: length, type, content, checksum. */
  private static Orientation png(DataInputStream data) throws IOException {
    data.skipNBytes(PNG_SIGNATURE);
    while (true) {
      int length = data.readInt();
      String type = new String(exactly(data, 4), StandardCharsets.ISO_8859_1);
      if (length < 0 || type.equals("IDAT") || type.equals("IEND")) {
        return UPRIGHT;
      }
      if (type.equals("eXIf") && length <= MAX_EXIF_BYTES) {
        return tiff(exactly(data, length));
      }
      data.skipNBytes(length + 4L);
    }
  }

  /** Reads chunks: type, length, content padded to an even length. */
  private static Orientation webp(DataInputStream data) throws IOException {
    data.skipNBytes(RIFF_HEADER);
    while (true) {
      String type = new String(exactly(data, 4), StandardCharsets.ISO_8859_1);
      int length = Integer.reverseBytes(data.readInt());
      if (length < 0) {
        return UPRIGHT;
      }
      if (type.equals("EXIF") && length <= MAX_EXIF_BYTES) {
        return tiff(exactly(data, length));
      }
      data.skipNBytes(length + (length & 1L));
    }
  }

  private static byte[] exactly(DataInputStream data, int length) throws IOException {
    byte[] bytes = new byte[length];
    data.readFully(bytes);
    return bytes;
  }

  /** Reads the first directory: a count, then 12-byte entries of tag, type, count, value. */
  private static Orientation tiff(byte[] exif) {
    ByteBuffer data = ByteBuffer.wrap(exif);
    if (exif.length < 8) {
      return UPRIGHT;
    }
    data.order(exif[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = data.getInt(4);
    if (directory < 8 || directory > exif.length - 2) {
      return UPRIGHT;
    }
    int entries = data.getShort(directory) & 0xFFFF;
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + 12 * i;
      if (entry > exif.length - 12) {
        return UPRIGHT;
      }
      if ((data.getShort(entry) & 0xFFFF) == TAG) {
        return ofCode(data.getShort(entry + 8));
      }
    }
    return UPRIGHT;
  }

  private boolean swapsSides() {
    return code >= 5;
  }

  /** Returns the size of the upright image. */
  ImageSize upright(ImageSize stored) {
    return swapsSides()
        ? new ImageSize(/* width= */ stored.height(), /* height= */ stored.width())
        : stored;
  }

  /** Rotates and mirrors an image upright. */
  RgbImage upright(RgbImage stored) {
    if (code == 1) {
      return stored;
    }
    ImageSize size = upright(stored.size());
    byte[] from = stored.shared();
    byte[] to = new byte[from.length];
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        int source = place(x, y, stored);
        System.arraycopy(from, 3 * source, to, 3 * (y * size.width() + x), 3);
      }
    }
    return RgbImage.owning(size, to);
  }

  /** Returns the index of the stored pixel that an upright position shows. */
  private int place(int x, int y, RgbImage stored) {
    int column = swapsSides() ? y : x;
    int row = swapsSides() ? x : y;
    boolean fromRight = code == 2 || code == 3 || code == 7 || code == 8;
    boolean fromBottom = code == 3 || code == 4 || code == 6 || code == 7;
    int storedColumn = fromRight ? stored.width() - 1 - column : column;
    int storedRow = fromBottom ? stored.height() - 1 - row : row;
    return storedRow * stored.width() + storedColumn;
  }
}
