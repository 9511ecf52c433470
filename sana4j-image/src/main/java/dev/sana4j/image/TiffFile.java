package dev.sana4j.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The first image of a TIFF file, with all sizes checked.
 *
 * <p>The decoder gets a file with only the tags of this image that describe pixels. It never sees
 * other images, metadata or tags with impossible sizes.
 *
 * <p>Source of the layout: Adobe's "TIFF 6.0" and its technical notes 1 and 2.
 */
final class TiffFile {
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int BITS = 258;
  private static final int COMPRESSION = 259;
  private static final int STRIP_OFFSETS = 273;
  private static final int ORIENTATION = 274;
  private static final int SAMPLES = 277;
  private static final int STRIP_ROWS = 278;
  private static final int STRIP_LENGTHS = 279;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;
  private static final int TILE_OFFSETS = 324;
  private static final int TILE_LENGTHS = 325;
  private static final int SAMPLE_FORMAT = 339;
  private static final int OLD_JPEG_OFFSET = 513;
  private static final int OLD_JPEG_LENGTH = 514;
  private static final int PROFILE = 34675;

  /** Set in the kind of an image that is a smaller copy of another one in the file. */
  private static final int KIND = 254;

  private static final int DNG_VERSION = 50706;

  /** Tags that describe pixels, which the decoder gets. */
  private static final Set<Integer> PIXEL_TAGS =
      Set.of(
          WIDTH,
          HEIGHT,
          BITS,
          COMPRESSION,
          262,
          266,
          STRIP_OFFSETS,
          SAMPLES,
          STRIP_ROWS,
          STRIP_LENGTHS,
          284,
          292,
          293,
          317,
          320,
          TILE_WIDTH,
          TILE_HEIGHT,
          TILE_OFFSETS,
          TILE_LENGTHS,
          332,
          334,
          338,
          SAMPLE_FORMAT,
          347,
          529,
          530,
          531,
          532,
          PROFILE);

  private static final int OLD_JPEG = 6;
  private static final int JPEG = 7;
  private static final int MAX_TILES_OF_JPEG = 1 << 16;
  private static final int MAX_HEADER_OF_JPEG = 1 << 16;
  private static final int BLOCK_OF_JPEG = 64;

  private static final int ENTRY_BYTES = 12;
  private static final int MAX_SAMPLE_BITS = 16;
  private static final int MAX_SAMPLES = 64;
  private static final long MAX_DECODED_BYTES = 1L << 30;

  /** Bytes of each type of value, by its number: byte, text, short, long, ratio, any. */
  private static final int[] TYPE_BYTES = {0, 1, 0, 2, 4, 8, 0, 1};

  private final ImageSource source;
  private final ByteBuffer data;

  /** Position of the entry of each tag. */
  private final Map<Integer, Integer> entries = new TreeMap<>();

  private TiffFile(ImageSource source, byte[] bytes) {
    this.source = source;
    data = ByteBuffer.wrap(bytes);
    data.order(bytes[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
  }

  /**
   * Reads a file and checks the size of its first image.
   *
   * @throws ImageException if the file is damaged, too large, or of an unsupported kind
   */
  static TiffFile read(InputStream in, ImageSource source) throws IOException {
    byte[] bytes = in.readNBytes((int) ImageDecoder.MAX_FILE_BYTES + 1);
    if (bytes.length > ImageDecoder.MAX_FILE_BYTES) {
      throw new ImageException(source + " is too large; expected at most 512 MiB");
    }
    var file = new TiffFile(source, bytes);
    file.readEntries();
    ImageDecoder.checkSize(source, (int) file.number(WIDTH, 0), (int) file.number(HEIGHT, 0));
    return file;
  }

  /** Reads the first directory: a count, then entries of tag, type, count, and value or offset. */
  private void readEntries() {
    long directory = data.getInt(4) & 0xFFFFFFFFL;
    if (directory > data.limit() - 2) {
      throw cutShort();
    }
    int count = data.getShort((int) directory) & 0xFFFF;
    long end = directory + 2 + (long) count * ENTRY_BYTES;
    if (end > data.limit()) {
      throw cutShort();
    }
    for (int entry = (int) directory + 2; entry < end; entry += ENTRY_BYTES) {
      if (isUsable(entry)) {
        entries.putIfAbsent(data.getShort(entry) & 0xFFFF, entry);
      }
    }
  }

  private boolean isUsable(int entry) {
    long length = bytes(entry);
    long offset = data.getInt(entry + 8) & 0xFFFFFFFFL;
    return length > 0 && (length <= 4 || offset + length <= data.limit());
  }

  /** Returns the number of bytes of a value, 0 for types that no tag of pixels has. */
  private long bytes(int entry) {
    int type = data.getShort(entry + 2) & 0xFFFF;
    long count = data.getInt(entry + 4) & 0xFFFFFFFFL;
    return type < TYPE_BYTES.length ? count * TYPE_BYTES[type] : 0;
  }

  /** Returns the position of a value, which is in the entry itself if it has at most 4 bytes. */
  private int place(int entry) {
    return bytes(entry) <= 4 ? entry + 8 : data.getInt(entry + 8);
  }

  private int count(int tag) {
    Integer entry = entries.get(tag);
    return entry == null ? 0 : data.getInt(entry + 4);
  }

  /** Returns the first number of a tag. */
  private long number(int tag, long absent) {
    return count(tag) == 0 ? absent : numberAt(tag, 0);
  }

  private long numberAt(int tag, int index) {
    int entry = entries.getOrDefault(tag, 0);
    int place = place(entry);
    return switch (data.getShort(entry + 2)) {
      case 1, 7 -> data.get(place + index) & 0xFF;
      case 3 -> data.getShort(place + 2 * index) & 0xFFFF;
      case 4 -> data.getInt(place + 4 * index) & 0xFFFFFFFFL;
      default -> throw damaged("tag " + tag + " is not a number");
    };
  }

  ImageSize size() {
    return new ImageSize((int) number(WIDTH, 0), (int) number(HEIGHT, 0));
  }

  Orientation orientation() {
    return Orientation.ofCode((int) number(ORIENTATION, 1));
  }

  /** Returns the embedded ICC profile, empty if there is none. */
  byte[] profile() {
    Integer entry = entries.get(PROFILE);
    if (entry == null) {
      return new byte[0];
    }
    int place = place(entry);
    return Arrays.copyOfRange(data.array(), place, place + (int) bytes(entry));
  }

  /** Returns whether the pixels are a complete JPEG file, as in early versions of TIFF. */
  boolean isOldJpeg() {
    return number(COMPRESSION, 1) == OLD_JPEG;
  }

  /** Returns the JPEG file of {@link #isOldJpeg}. */
  ImageSource oldJpeg() {
    long start = number(OLD_JPEG_OFFSET, 0);
    long length = number(OLD_JPEG_LENGTH, 0);
    if (!isJpegAt(start) && count(STRIP_OFFSETS) == 1) {
      start = number(STRIP_OFFSETS, 0);
      length = number(STRIP_LENGTHS, 0);
    }
    if (!isJpegAt(start)) {
      throw new ImageException(
          source + " has an early kind of JPEG compression in TIFF; convert it to PNG");
    }
    long end = length == 0 ? data.limit() : Math.min(data.limit(), start + length);
    byte[] jpeg = Arrays.copyOfRange(data.array(), (int) start, (int) end);
    return ImageSource.of(source.toString(), jpeg);
  }

  private boolean isJpegAt(long start) {
    return start > 0
        && start < data.limit() - 2
        && (data.get((int) start) & 0xFF) == 0xFF
        && (data.get((int) start + 1) & 0xFF) == 0xD8;
  }

  /**
   * Returns a complete TIFF file with only this image.
   *
   * @throws ImageException if decoding would take more memory than the size of the image explains,
   *     or if the image is of an unsupported kind
   */
  byte[] toFile() throws IOException {
    checkKind();
    checkSamples();
    checkTiles();
    int start = data.limit() + (data.limit() & 1);
    int[] kept = entries.keySet().stream().filter(PIXEL_TAGS::contains).mapToInt(t -> t).toArray();
    byte[] bytes = Arrays.copyOf(data.array(), start + 2 + kept.length * ENTRY_BYTES + 4);
    ByteBuffer file = ByteBuffer.wrap(bytes).order(data.order());
    file.putInt(4, start).position(start).putShort((short) kept.length);
    for (int tag : kept) {
      file.put(data.array(), entries.getOrDefault(tag, 0), ENTRY_BYTES);
    }
    return bytes;
  }

  private void checkKind() {
    boolean isPreview = (number(KIND, 0) & 1) != 0;
    boolean isCanon = data.get(8) == 'C' && data.get(9) == 'R';
    if (isPreview || isCanon || entries.containsKey(DNG_VERSION)) {
      throw new ImageException(
          source
              + " is a raw file of a camera or starts with a preview; convert it to PNG or JPEG");
    }
  }

  private void checkSamples() {
    long samples = number(SAMPLES, 1);
    long bits = number(BITS, 1);
    long format = number(SAMPLE_FORMAT, 1);
    if (bits > MAX_SAMPLE_BITS || samples > MAX_SAMPLES || (format != 1 && format != 4)) {
      throw new ImageException(
          source
              + " has "
              + samples
              + " channels of "
              + bits
              + (format == 3 ? " bits in floating point" : " bits")
              + "; at most "
              + MAX_SAMPLE_BITS
              + " bits in whole numbers are supported");
    }
    long sampleBytes = samples * (bits > 8 ? 2 : 1);
    if ((long) size().width() * size().height() * sampleBytes > MAX_DECODED_BYTES) {
      throw new ImageException(
          source + " takes more than 1 GiB decoded; convert it to 8 bits or a smaller size");
    }
  }

  private void checkTiles() throws IOException {
    ImageSize size = size();
    long width = number(TILE_WIDTH, size.width());
    long height = number(TILE_HEIGHT, size.height());
    if (width < 1 || height < 1 || Math.max(width, height) > ImageSize.MAX_SIDE) {
      throw damaged("its tiles have " + width + "x" + height + " pixels");
    }
    boolean tiled = entries.containsKey(TILE_OFFSETS);
    int offsets = tiled ? TILE_OFFSETS : STRIP_OFFSETS;
    int lengths = tiled ? TILE_LENGTHS : STRIP_LENGTHS;
    checkParts(offsets, lengths);
    if (number(COMPRESSION, 1) == JPEG) {
      long rows = tiled ? height : Math.min(height, number(STRIP_ROWS, height));
      checkJpegs(offsets, width, rows);
    }
  }

  private void checkParts(int offsets, int lengths) {
    if (count(offsets) == 0) {
      throw damaged("it has no pixels");
    }
    for (int i = 0; i < count(offsets); i++) {
      long length = i < count(lengths) ? numberAt(lengths, i) : 0;
      if (numberAt(offsets, i) + length > data.limit()) {
        throw cutShort();
      }
    }
  }

  /** Rejects parts that state a larger size than their place in the image. */
  private void checkJpegs(int offsets, long width, long height) throws IOException {
    if (count(offsets) > MAX_TILES_OF_JPEG) {
      throw damaged("it has " + count(offsets) + " parts");
    }
    for (int i = 0; i < count(offsets); i++) {
      int offset = (int) numberAt(offsets, i);
      int length = Math.min(MAX_HEADER_OF_JPEG, data.limit() - offset);
      JpegHeader header = JpegHeader.read(new ByteArrayInputStream(data.array(), offset, length));
      if (header.width() < 1
          || header.width() >= width + BLOCK_OF_JPEG
          || header.height() >= height + BLOCK_OF_JPEG) {
        throw damaged("a part has " + header.width() + "x" + header.height() + " pixels");
      }
    }
  }

  private ImageException cutShort() {
    return damaged("the file is cut short");
  }

  private ImageException damaged(String reason) {
    return new ImageException(source + " is damaged: " + reason);
  }
}
