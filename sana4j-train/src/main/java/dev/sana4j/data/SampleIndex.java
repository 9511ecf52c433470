package dev.sana4j.data;

import dev.sana4j.image.ImageSize;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.zip.CRC32C;

/** Locations of all samples, in about 44 bytes per sample plus its name. */
final class SampleIndex {
  /** Marks a separate file, as opposed to the number of a shard or metadata file. */
  static final int OWN_FILE = -1;

  private static final int PLACES = 3;
  private static final int NUMBERS = 5;

  private int size;

  /** One row per sample: end of its name, offset of the image, offset of the captions. */
  private long[] places = new long[PLACES * 16];

  /** One row per sample: container and length of image and captions, width and height. */
  private int[] numbers = new int[NUMBERS * 16];

  private byte[] names = new byte[1024];
  private final BitSet json = new BitSet();

  /** A range of bytes in a container. */
  record Place(int container, long offset, int length) {}

  /** One image. */
  record Sample(String name, Place image, Place captions, boolean json, ImageSize size) {}

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
    Place captions = sample.captions();
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
    json.set(size, sample.json());
    size++;
  }

  private void grow() {
    if ((size + 1) * PLACES > places.length) {
      places = Arrays.copyOf(places, places.length + places.length / 2 / PLACES * PLACES);
      numbers = Arrays.copyOf(numbers, places.length / PLACES * NUMBERS);
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

  boolean json(int i) {
    return json.get(i);
  }

  ImageSize size(int i) {
    int packed = numbers[i * NUMBERS + 4];
    return new ImageSize(packed >>> 16, packed & 0xFFFF);
  }

  /** A checksum of names, places and sizes: another data set has another. */
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
    }
    return checksum.getValue();
  }

  private static void update(CRC32C checksum, long value) {
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      checksum.update((int) (value >>> shift) & 0xFF);
    }
  }
}
