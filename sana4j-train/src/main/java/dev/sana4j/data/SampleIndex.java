package dev.sana4j.data;

import dev.sana4j.image.ImageSize;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/** Locations of all samples, in about 46 bytes per sample plus its name. */
final class SampleIndex {
  /**
   * Marks a separate file, as opposed to the number of a shard or metadata file. A caption file
   * with another extension than .txt has a lower number.
   */
  static final int OWN_FILE = -1;

  /** The largest number of repeats. */
  static final int MAX_REPEATS = 1000;

  /** In an entry of {@link #extras}, the kind of the captions is above the repeats. */
  private static final int KIND_SHIFT = 10;

  private static final int PLACES = 3;
  private static final int NUMBERS = 5;

  private int size;

  /** End of the name, offset of the image and offset of the captions of each sample. */
  private long[] places = new long[PLACES * 16];

  /** Container and length of image and captions, width and height of each sample. */
  private int[] numbers = new int[NUMBERS * 16];

  private byte[] names = new byte[1024];

  /** Kind of the captions, and repeats less 1, of each sample. */
  private short[] extras = new short[16];

  /** How the captions of a sample are stored. */
  enum Kind {
    /** The whole place is one caption. */
    TEXT,
    /** The place is a JSON object. */
    JSON,
    /** The place is a record of a CSV file. */
    CSV,
    /** The container is the number of a text that several images share. */
    SHARED;

    /** All kinds in the order of their numbers in {@code extras}. */
    private static final List<Kind> ALL = List.of(values());
  }

  /** Where the captions of a sample are. */
  record Captions(Kind kind, Place place) {}

  /** A range of bytes in a container. */
  record Place(int container, long offset, int length) {}

  /** One image, which appears some times in an epoch. */
  record Sample(String name, Place image, Captions captions, ImageSize size, int repeats) {}

  int size() {
    return size;
  }

  void add(Sample sample) {
    byte[] name = sample.name().getBytes(StandardCharsets.UTF_8);
    long nameStart = nameEnd(size - 1);
    if (nameStart + name.length > 1 << 30) {
      throw new DataException("the data set has too many images; split it");
    }
    names = room(names, (int) nameStart + name.length);
    System.arraycopy(name, 0, names, (int) nameStart, name.length);
    grow();
    Place image = sample.image();
    Place captions = sample.captions().place();
    int place = size * PLACES;
    places[place] = nameStart + name.length;
    places[place + 1] = image.offset();
    places[place + 2] = captions.offset();
    int number = size * NUMBERS;
    numbers[number] = image.container();
    numbers[number + 1] = image.length();
    numbers[number + 2] = captions.container();
    numbers[number + 3] = captions.length();
    numbers[number + 4] = sample.size().width() << 16 | sample.size().height();
    extras[size] =
        (short)
            ((Kind.ALL.indexOf(sample.captions().kind()) << KIND_SHIFT) | (sample.repeats() - 1));
    size++;
  }

  private void grow() {
    if ((size + 1) * PLACES > places.length) {
      places = Arrays.copyOf(places, places.length + places.length / 2 / PLACES * PLACES);
      numbers = Arrays.copyOf(numbers, places.length / PLACES * NUMBERS);
      extras = Arrays.copyOf(extras, places.length / PLACES);
    }
  }

  private static byte[] room(byte[] bytes, int needed) {
    return needed <= bytes.length ? bytes : Arrays.copyOf(bytes, needed + needed / 2);
  }

  private long nameEnd(int i) {
    return i < 0 ? 0 : places[i * PLACES];
  }

  String name(int i) {
    int start = (int) nameEnd(i - 1);
    return new String(names, start, (int) nameEnd(i) - start, StandardCharsets.UTF_8);
  }

  Place image(int i) {
    return new Place(numbers[i * NUMBERS], places[i * PLACES + 1], numbers[i * NUMBERS + 1]);
  }

  Place captions(int i) {
    return new Place(numbers[i * NUMBERS + 2], places[i * PLACES + 2], numbers[i * NUMBERS + 3]);
  }

  Kind kind(int i) {
    return Kind.ALL.get(extras[i] >> KIND_SHIFT);
  }

  int repeats(int i) {
    return (extras[i] & ((1 << KIND_SHIFT) - 1)) + 1;
  }

  ImageSize size(int i) {
    int packed = numbers[i * NUMBERS + 4];
    return new ImageSize(packed >>> 16, packed & 0xFFFF);
  }

  /** Returns a checksum of names, places and sizes, which identifies the data set. */
  long checksum() {
    var checksum = new CRC32C();
    checksum.update(names, 0, (int) nameEnd(size - 1));
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < PLACES; j++) {
        update(checksum, places[i * PLACES + j]);
      }
      for (int j = 0; j < NUMBERS; j++) {
        update(checksum, numbers[i * NUMBERS + j]);
      }
      if (repeats(i) > 1 || kind(i).compareTo(Kind.JSON) > 0) {
        // Only these, so that caches of earlier versions stay valid.
        update(checksum, extras[i]);
      }
    }
    return checksum.getValue();
  }

  private static void update(CRC32C checksum, long value) {
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      checksum.update((int) (value >>> shift) & 0xFF);
    }
  }
}
