package dev.sana4j.weights.pth;

import static java.util.Comparator.comparingLong;

import dev.sana4j.files.QuotedText;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.TensorName;
import dev.sana4j.weights.pth.PthArchive.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads the central directory of a zip file of stored entries, strictly.
 *
 * <p>Format: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3 (ZIP64). This is not a library
 * because libraries neither report the position of an entry's bytes nor reject everything that is
 * rejected here.
 */
final class ZipDirectory {
  private static final int LOCAL = 0x04034b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int END_64 = 0x06064b50;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int LOCAL_BYTES = 30;
  private static final int CENTRAL_BYTES = 46;
  private static final int END_BYTES = 22;
  private static final int END_64_BYTES = 56;
  private static final int LOCATOR_BYTES = 20;
  private static final int MAX_DIRECTORY_BYTES = 64 << 20;
  private static final int MAX_ENTRIES = 1 << 18;
  private static final long UNSIGNED = 0xffffffffL;
  private static final int ENCRYPTED = 1;
  private static final int ZIP64_EXTRA = 1;

  private final Path file;
  private final FileChannel channel;
  private final long fileSize;
  private long start;
  private long byteCount;
  private long count;

  ZipDirectory(Path file, FileChannel channel, long fileSize) {
    this.file = file;
    this.channel = channel;
    this.fileSize = fileSize;
  }

  /** An entry and the position of its local header. */
  private record Placed(Entry entry, long header) {}

  /** Returns the entries in the order of the directory. */
  List<Entry> entries() throws IOException {
    readEnd();
    if (byteCount > MAX_DIRECTORY_BYTES || count > MAX_ENTRIES) {
      throw refusal("expected at most " + MAX_ENTRIES + " entries, got " + count);
    }
    ByteBuffer directory = bytes(file, channel, start, (int) byteCount);
    List<Placed> placed = new ArrayList<>();
    Set<String> names = new HashSet<>();
    while (directory.hasRemaining()) {
      Placed next = central(directory);
      if (!names.add(next.entry().name())) {
        throw refusal("two entries have the name", next.entry().name());
      }
      placed.add(next);
    }
    if (placed.size() != count) {
      throw refusal("expected " + count + " entries in the directory, got " + placed.size());
    }
    requireApart(placed);
    return placed.stream().map(Placed::entry).toList();
  }

  private void readEnd() throws IOException {
    if (fileSize < END_BYTES) {
      throw refusal("expected the end of a zip archive, got a file of " + fileSize + " bytes");
    }
    long at = fileSize - END_BYTES;
    ByteBuffer end = bytes(file, channel, at, END_BYTES);
    if (end.getInt(0) != END) {
      throw refusal("expected the end of a zip archive; is the download complete?");
    }
    count = Short.toUnsignedLong(end.getShort(10));
    byteCount = end.getInt(12) & UNSIGNED;
    start = end.getInt(16) & UNSIGNED;
    long directoryEnd = at;
    if (at >= LOCATOR_BYTES + END_64_BYTES) {
      ByteBuffer locator = bytes(file, channel, at - LOCATOR_BYTES, LOCATOR_BYTES);
      if (locator.getInt(0) == LOCATOR_64) {
        directoryEnd = at - LOCATOR_BYTES - END_64_BYTES;
        readEnd64(locator.getLong(8), directoryEnd);
      }
    }
    if (start < 0 || byteCount < 0 || count < 0 || start > directoryEnd - byteCount) {
      throw refusal("the zip directory is outside the file");
    }
    if (start + byteCount != directoryEnd) {
      throw refusal("the zip directory does not end where the archive ends");
    }
  }

  private void readEnd64(long at, long expected) throws IOException {
    if (at != expected) {
      throw refusal("the 64-bit end of the archive is not at the stated position");
    }
    ByteBuffer end = bytes(file, channel, at, END_64_BYTES);
    if (end.getInt(0) != END_64) {
      throw refusal("the 64-bit end of the archive is damaged");
    }
    count = end.getLong(32);
    byteCount = end.getLong(40);
    start = end.getLong(48);
  }

  private Placed central(ByteBuffer directory) throws IOException {
    if (directory.remaining() < CENTRAL_BYTES
        || directory.getInt(directory.position()) != CENTRAL) {
      throw refusal("the zip directory is damaged");
    }
    ByteBuffer fields = directory.slice().order(ByteOrder.LITTLE_ENDIAN);
    int nameBytes = Short.toUnsignedInt(fields.getShort(28));
    int extraBytes = Short.toUnsignedInt(fields.getShort(30));
    int length = CENTRAL_BYTES + nameBytes + extraBytes + Short.toUnsignedInt(fields.getShort(32));
    if (length > fields.remaining()) {
      throw refusal("the zip directory is damaged");
    }
    directory.position(directory.position() + length);
    String name = name(fields.slice(CENTRAL_BYTES, nameBytes));
    if ((fields.getShort(8) & ENCRYPTED) != 0) {
      throw refusal("encrypted entries are not supported:", name);
    }
    if (fields.getShort(10) != 0) {
      throw refusal("expected uncompressed entries as torch.save writes them; compressed:", name);
    }
    Extra extra =
        new Extra(
            fields.slice(CENTRAL_BYTES + nameBytes, extraBytes).order(ByteOrder.LITTLE_ENDIAN));
    long size = extra.wide(fields.getInt(24), name);
    long compressed = extra.wide(fields.getInt(20), name);
    long header = extra.wide(fields.getInt(42), name);
    if (size != compressed) {
      throw refusal(
          "expected uncompressed entries as torch.save writes them; two different sizes:", name);
    }
    long offset = dataOffset(header, name, fields.slice(CENTRAL_BYTES, nameBytes));
    if (size < 0 || offset > start - size) {
      throw refusal("an entry is outside the file:", name);
    }
    return new Placed(new Entry(name, offset, size, fields.getInt(16) & UNSIGNED), header);
  }

  private String name(ByteBuffer bytes) {
    try {
      String name = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      if (!TensorName.isValid(name)) {
        throw refusal("an entry has a name of " + name.length() + " characters");
      }
      return name;
    } catch (CharacterCodingException e) {
      throw new CheckpointException(file + ": the name of an entry is not UTF-8", e);
    }
  }

  /** The ZIP64 values of an entry, one for each field whose bits are all ones. */
  private final class Extra {
    private ByteBuffer values = ByteBuffer.allocate(0);

    Extra(ByteBuffer fields) {
      while (fields.remaining() >= 4) {
        int id = Short.toUnsignedInt(fields.getShort());
        int length = Short.toUnsignedInt(fields.getShort());
        if (length > fields.remaining()) {
          throw refusal("the zip directory is damaged");
        }
        if (id == ZIP64_EXTRA) {
          values = fields.slice(fields.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        }
        fields.position(fields.position() + length);
      }
    }

    long wide(int field, String name) {
      if (field != -1) {
        return field & UNSIGNED;
      }
      if (values.remaining() < Long.BYTES) {
        throw refusal("a 64-bit size or position is missing for the entry", name);
      }
      return values.getLong();
    }
  }

  private long dataOffset(long header, String name, ByteBuffer nameBytes) throws IOException {
    if (header < 0 || header > start - LOCAL_BYTES - nameBytes.remaining()) {
      throw refusal("an entry is outside the file:", name);
    }
    ByteBuffer local = bytes(file, channel, header, LOCAL_BYTES + nameBytes.remaining());
    boolean same =
        local.getInt(0) == LOCAL
            && local.getShort(8) == 0
            && Short.toUnsignedInt(local.getShort(26)) == nameBytes.remaining()
            && local.slice(LOCAL_BYTES, nameBytes.remaining()).equals(nameBytes);
    if (!same) {
      throw refusal("the zip directory and the local header differ for the entry", name);
    }
    return header + local.limit() + Short.toUnsignedInt(local.getShort(28));
  }

  private void requireApart(List<Placed> placed) {
    List<Placed> ordered = placed.stream().sorted(comparingLong(Placed::header)).toList();
    long end = 0;
    for (Placed next : ordered) {
      if (next.header() < end) {
        throw refusal("entries overlap at", next.entry().name());
      }
      end = next.entry().offset() + next.entry().byteCount();
    }
  }

  /** Reads bytes of the file; the result's position is 0 and its limit is their number. */
  static ByteBuffer bytes(Path file, FileChannel channel, long at, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    fill(file, channel, at, buffer);
    return buffer.rewind();
  }

  static void fill(Path file, FileChannel channel, long at, ByteBuffer buffer) throws IOException {
    long from = at - buffer.position();
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, from + buffer.position()) < 0) {
        throw new CheckpointException(
            file + ": the file ends too early; is the download complete?");
      }
    }
  }

  private CheckpointException refusal(String problem, String name) {
    return refusal(problem + " '" + QuotedText.clip(name) + "'");
  }

  private CheckpointException refusal(String problem) {
    return new CheckpointException(file + ": " + problem);
  }
}
