package dev.sana4j.weights.pth;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Writes a zip file of stored entries in one pass, with the same fields as PyTorch's writer
 * (caffe2/serialize/inline_container.cc). Sizes and checksums follow the bytes. A padding field of
 * Z's before the bytes aligns them to a multiple of 64.
 */
final class StoredZip extends OutputStream {
  private static final int LOCAL = 0x04034b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int DESCRIPTOR = 0x08074b50;
  private static final int END = 0x06054b50;
  private static final int END_64 = 0x06064b50;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final short UTF8_WITH_DESCRIPTOR = 0x0808;
  private static final short ZIP64_EXTRA = 1;
  private static final short PADDING_EXTRA = 0x4246; // "FB"
  private static final int ALIGNMENT = 64;
  private static final long MOST_32 = 0xffffffffL;
  private static final int MOST_16 = 0xffff;
  private static final int LOCAL_BYTES = 30;

  private final OutputStream out;
  private final List<Entry> entries = new ArrayList<>();
  private final CRC32 sum = new CRC32();
  private long position;
  private Entry current = new Entry("", 0, 0, 0);

  /** An entry: the position of its header, its size and its checksum. */
  private record Entry(String name, long header, long size, long crc) {
    byte[] utf8() {
      return name.getBytes(StandardCharsets.UTF_8);
    }
  }

  StoredZip(OutputStream out) {
    this.out = out;
  }

  /** Starts an entry of the given size. */
  void begin(String name, long size) throws IOException {
    current = new Entry(name, position, size, 0);
    byte[] utf8 = current.utf8();
    sum.reset();
    ByteBuffer wide = wide(size >= MOST_32, position >= MOST_32, current);
    long unpadded = position + LOCAL_BYTES + utf8.length + wide.remaining() + 4;
    int padding = (int) ((ALIGNMENT - unpadded % ALIGNMENT) % ALIGNMENT);
    ByteBuffer header = buffer(LOCAL_BYTES + utf8.length + wide.remaining() + 4 + padding);
    header.putInt(LOCAL).putShort((short) 0).putShort(UTF8_WITH_DESCRIPTOR);
    header.position(26);
    header.putShort((short) utf8.length).putShort((short) (wide.remaining() + 4 + padding));
    header.put(utf8).put(wide).putShort(PADDING_EXTRA).putShort((short) padding);
    header.put("Z".repeat(padding).getBytes(StandardCharsets.US_ASCII));
    put(header);
  }

  /**
   * Returns the ZIP64 field for values that do not fit into 32 bits: both sizes, then the position
   * of the header.
   */
  private static ByteBuffer wide(boolean size, boolean header, Entry entry) {
    int bytes = (size ? 2 * Long.BYTES : 0) + (header ? Long.BYTES : 0);
    if (bytes == 0) {
      return buffer(0);
    }
    ByteBuffer extra = buffer(4 + bytes).putShort(ZIP64_EXTRA).putShort((short) bytes);
    if (size) {
      extra.putLong(entry.size()).putLong(entry.size());
    }
    if (header) {
      extra.putLong(entry.header());
    }
    return extra.flip();
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one});
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    sum.update(bytes, offset, length);
    out.write(bytes, offset, length);
    position += length;
  }

  void end() throws IOException {
    boolean large = current.size() > MOST_32;
    ByteBuffer descriptor = buffer(large ? 24 : 16);
    descriptor.putInt(DESCRIPTOR).putInt((int) sum.getValue());
    if (large) {
      descriptor.putLong(current.size()).putLong(current.size());
    } else {
      descriptor.putInt((int) current.size()).putInt((int) current.size());
    }
    put(descriptor);
    entries.add(new Entry(current.name(), current.header(), current.size(), sum.getValue()));
  }

  void finish() throws IOException {
    long start = position;
    for (Entry entry : entries) {
      putCentral(entry);
    }
    long size = position - start;
    long end = position;
    int count = entries.size();
    ByteBuffer last = buffer(56 + 20 + 22);
    last.putInt(END_64).putLong(44).putShort((short) 0x031e).putShort((short) 45);
    last.putInt(0).putInt(0).putLong(count).putLong(count).putLong(size).putLong(start);
    last.putInt(LOCATOR_64).putInt(0).putLong(end).putInt(1);
    short few = (short) Math.min(count, MOST_16);
    last.putInt(END).putInt(0).putShort(few).putShort(few);
    last.putInt((int) Math.min(size, MOST_32)).putInt((int) Math.min(start, MOST_32));
    put(last.putShort((short) 0));
  }

  private void putCentral(Entry entry) throws IOException {
    boolean large = entry.size() >= MOST_32;
    boolean far = entry.header() >= MOST_32;
    ByteBuffer wide = wide(large, far, entry);
    byte[] utf8 = entry.utf8();
    ByteBuffer fields = buffer(46 + utf8.length + wide.remaining());
    fields.putInt(CENTRAL).putInt(0).putShort(UTF8_WITH_DESCRIPTOR);
    fields.position(16);
    int size = (int) Math.min(entry.size(), MOST_32);
    fields.putInt((int) entry.crc()).putInt(size).putInt(size);
    fields.putShort((short) utf8.length).putShort((short) wide.remaining());
    fields.position(42);
    fields.putInt((int) Math.min(entry.header(), MOST_32));
    put(fields.put(utf8).put(wide));
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void put(ByteBuffer buffer) throws IOException {
    byte[] bytes = new byte[buffer.capacity()];
    buffer.rewind().get(bytes);
    out.write(bytes);
    position += bytes.length;
  }
}
