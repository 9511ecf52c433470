package dev.sana4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads event files by the published formats, with a checksum computed bit by bit. */
final class EventReader {
  private static final int REVERSED_CASTAGNOLI = 0x82F63B78;

  private EventReader() {}

  /** The fields of a message: number to values, which are Long, Double, Float or byte[]. */
  static final class Fields extends TreeMap<Integer, List<Object>> {
    private static final long serialVersionUID = 1L;

    Object one(int field) {
      assertThat(all(field)).hasSize(1);
      return all(field).get(0);
    }

    List<Object> all(int field) {
      return getOrDefault(field, List.of());
    }

    Fields message(int field) {
      return fields((byte[]) one(field));
    }

    String text(int field) {
      return new String((byte[]) one(field), StandardCharsets.UTF_8);
    }
  }

  static List<Fields> events(Path file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Fields> events = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] length = take(in, 8);
      assertThat(in.getInt()).isEqualTo(masked(crc(length)));
      byte[] data = take(in, (int) little(length).getLong());
      assertThat(in.getInt()).isEqualTo(masked(crc(data)));
      events.add(fields(data));
    }
    return events;
  }

  /**
   * Reads the scalars of a folder's files as TensorBoard does: START drops the values from its step
   * on.
   */
  static Map<Long, Float> scalars(Path folder, String tag) throws IOException {
    Map<Long, Float> values = new TreeMap<>();
    try (var files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().contains("tfevents")).sorted().toList()) {
        for (Fields event : events(file)) {
          long step = event.containsKey(2) ? (Long) event.one(2) : 0;
          if (event.containsKey(7) && event.message(7).one(1).equals(1L)) {
            values.keySet().removeIf(known -> known >= step);
          }
          if (event.containsKey(5)) {
            for (Object bytes : event.message(5).all(1)) {
              Fields value = fields((byte[]) bytes);
              if (value.text(1).equals(tag)) {
                values.put(step, (Float) value.one(2));
              }
            }
          }
        }
      }
    }
    return values;
  }

  static Fields fields(byte[] message) {
    ByteBuffer in = little(message);
    var fields = new Fields();
    while (in.hasRemaining()) {
      long tag = varint(in);
      Object value =
          switch ((int) (tag & 7)) {
            case 0 -> varint(in);
            case 1 -> in.getDouble();
            case 2 -> take(in, (int) varint(in));
            case 5 -> in.getFloat();
            default -> throw new AssertionError("wire type " + (tag & 7));
          };
      fields.computeIfAbsent((int) (tag >>> 3), key -> new ArrayList<>()).add(value);
    }
    return fields;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  private static byte[] take(ByteBuffer in, int count) {
    byte[] bytes = new byte[count];
    in.get(bytes);
    return bytes;
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int masked(int crc) {
    return ((crc >>> 15) | (crc << 17)) + 0xA282EAD8;
  }

  private static int crc(byte[] data) {
    int crc = -1;
    for (byte b : data) {
      crc ^= b & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc >>> 1) ^ ((crc & 1) != 0 ? REVERSED_CASTAGNOLI : 0);
      }
    }
    return ~crc;
  }
}
