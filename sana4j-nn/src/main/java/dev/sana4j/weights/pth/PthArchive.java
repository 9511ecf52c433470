package dev.sana4j.weights.pth;

import dev.sana4j.files.FileKind;
import dev.sana4j.files.QuotedText;
import dev.sana4j.files.StrictJson;
import dev.sana4j.weights.CheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.zip.CRC32;

/**
 * The zip archive of a {@code .pth} file, with the position of each entry.
 *
 * <p>The file is untrusted. {@link #read} rejects everything that torch.save does not write and
 * that another reader could interpret differently: compressed or encrypted entries, duplicate
 * names, overlapping entries, and names that differ between the two places where a zip file stores
 * them.
 */
final class PthArchive {
  private static final int LEGACY_PICKLE = 0x80;
  private static final String PICKLE = "data.pkl";
  private static final String BYTE_ORDER = "byteorder";
  private static final int SMALL_BYTES = 1 << 10;
  private static final int CHUNK_BYTES = 1 << 20;

  private final Path file;
  private final long fileSize;
  private final String root;
  private final Map<String, Entry> entries;

  /**
   * One stored file.
   *
   * @param name the name below the archive's single folder, for example {@code data/0}
   * @param offset position of the first byte in the file
   * @param byteCount number of bytes
   * @param crc the CRC-32
   */
  record Entry(String name, long offset, long byteCount, long crc) {}

  private PthArchive(Path file, long fileSize, String root, Map<String, Entry> entries) {
    this.file = file;
    this.fileSize = fileSize;
    this.root = root;
    this.entries = entries;
  }

  /**
   * Reads the table of contents.
   *
   * @throws CheckpointException if the file is missing, unreadable, or not as torch.save writes it
   */
  static PthArchive read(Path file) {
    return CheckpointException.naming(file, () -> parsed(file), FileKind.ZIP, FileKind.PICKLE);
  }

  private static PthArchive parsed(Path file) {
    long size = CheckpointException.reading(() -> StrictJson.fileSize(file));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      requireZip(file, channel);
      List<Entry> all = new ZipDirectory(file, channel, size).entries();
      String root = root(file, all);
      Map<String, Entry> entries = new LinkedHashMap<>();
      for (Entry entry : all) {
        if (!entry.name().startsWith(root)) {
          throw refusal(file, "expected all entries in the folder " + root + ", got", entry.name());
        }
        String name = entry.name().substring(root.length());
        entries.put(name, new Entry(name, entry.offset(), entry.byteCount(), entry.crc()));
      }
      PthArchive archive = new PthArchive(file, size, root, entries);
      archive.requireLittleEndian();
      return archive;
    } catch (IOException e) {
      throw new CheckpointException(file + ": " + StrictJson.reason(e), e);
    }
  }

  private static void requireZip(Path file, FileChannel channel) throws IOException {
    ByteBuffer magic = ZipDirectory.bytes(file, channel, 0, 2);
    int first = Byte.toUnsignedInt(magic.get(0));
    if (first == LEGACY_PICKLE) {
      throw new CheckpointException(
          file
              + ": expected the format of PyTorch 1.6 or newer, got the older one; load it in PyTorch and"
              + " save it again");
    }
    if (first != 'P' || magic.get(1) != 'K') {
      throw new CheckpointException(
          file + ": expected a zip archive as torch.save writes it, got something else");
    }
  }

  /** Returns the name of the single folder, with its slash. */
  private static String root(Path file, List<Entry> entries) {
    List<String> pickles =
        entries.stream()
            .map(Entry::name)
            .filter(name -> name.indexOf('/') == name.length() - PICKLE.length() - 1)
            .filter(name -> name.endsWith('/' + PICKLE))
            .toList();
    if (pickles.size() != 1) {
      throw new CheckpointException(
          file + ": expected one " + PICKLE + " in the archive, got " + pickles.size());
    }
    String name = pickles.get(0);
    return name.substring(0, name.length() - PICKLE.length());
  }

  private void requireLittleEndian() {
    Entry order = entries.get(BYTE_ORDER);
    if (order != null && !new String(small(order), StandardCharsets.ISO_8859_1).equals("little")) {
      throw new CheckpointException(file + ": expected little-endian numbers, got others");
    }
  }

  private byte[] small(Entry entry) {
    return read(entry, SMALL_BYTES);
  }

  /** Returns the entries in the order of the archive's table. */
  Map<String, Entry> entries() {
    return Collections.unmodifiableMap(entries);
  }

  /** Returns the name of the single folder, with its slash. */
  String root() {
    return root;
  }

  long fileSize() {
    return fileSize;
  }

  /** Reads the pickle, which must not be larger than the limit. */
  byte[] pickle(int maxBytes) {
    Entry entry = entries.get(PICKLE);
    if (entry == null) {
      throw new CheckpointException(file + ": " + PICKLE + " is missing in the archive");
    }
    return read(entry, maxBytes);
  }

  /**
   * Reads an entry and verifies its checksum.
   *
   * @throws CheckpointException if the entry has more than {@code maxBytes} or is damaged
   */
  byte[] read(Entry entry, int maxBytes) {
    if (entry.byteCount() > maxBytes) {
      throw refusal(
          file,
          "expected at most " + maxBytes + " bytes, got " + entry.byteCount() + " in",
          entry.name());
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      byte[] content =
          ZipDirectory.bytes(file, channel, entry.offset(), (int) entry.byteCount()).array();
      CRC32 sum = new CRC32();
      sum.update(content);
      requireSum(entry, sum.getValue());
      return content;
    } catch (IOException e) {
      throw new CheckpointException(file + ": " + StrictJson.reason(e), e);
    }
  }

  /** Reads the whole file once, verifies all checksums, and reports the number of bytes read. */
  void checkSums(LongConsumer progress) {
    byte[] chunk = new byte[CHUNK_BYTES];
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      for (Entry entry : entries.values()) {
        CRC32 sum = new CRC32();
        for (long done = 0; done < entry.byteCount(); ) {
          int count = (int) Math.min(chunk.length, entry.byteCount() - done);
          ByteBuffer part = ByteBuffer.wrap(chunk, 0, count);
          ZipDirectory.fill(file, channel, entry.offset() + done, part);
          sum.update(chunk, 0, count);
          done += count;
          progress.accept(count);
        }
        requireSum(entry, sum.getValue());
      }
    } catch (IOException e) {
      throw new CheckpointException(file + ": " + StrictJson.reason(e), e);
    }
  }

  private void requireSum(Entry entry, long sum) {
    if (sum != entry.crc()) {
      throw refusal(file, "the file is damaged: wrong checksum of", entry.name());
    }
  }

  private static CheckpointException refusal(Path file, String problem, String name) {
    return new CheckpointException(file + ": " + problem + " '" + QuotedText.clip(name) + "'");
  }
}
