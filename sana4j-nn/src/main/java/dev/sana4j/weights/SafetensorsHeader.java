package dev.sana4j.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.sana4j.files.FileKind;
import dev.sana4j.files.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file: name, type, shape and position of every tensor.
 *
 * <p>The file is untrusted. {@link #read} checks it completely: each tensor is inside the file, its
 * bytes match its shape and type, and the tensors cover the data without gaps or overlaps.
 *
 * <p>Format: <a href="https://github.com/huggingface/safetensors#format">huggingface/safetensors,
 * README, Format</a>. The limit of 100 MB is that of its reference implementation.
 */
public final class SafetensorsHeader {
  private static final int PREFIX_BYTES = 8;
  private static final int MAX_HEADER_BYTES = 100_000_000;
  private static final int MAX_DEPTH = 16;
  private static final JsonFactory JSON = StrictJson.settings(MAX_DEPTH).build();

  private final Map<String, Entry> entries;
  private final Map<String, String> metadata;
  private final long fileSize;

  private SafetensorsHeader(List<Entry> entries, Map<String, String> metadata, long fileSize) {
    Map<String, Entry> byName = new LinkedHashMap<>();
    entries.forEach(entry -> byName.put(entry.name(), entry));
    this.entries = Collections.unmodifiableMap(byName);
    this.metadata = Collections.unmodifiableMap(metadata);
    this.fileSize = fileSize;
  }

  /**
   * One stored tensor.
   *
   * @param name the full name in the checkpoint, 1 to 1024 characters
   * @param dtype one of BOOL, U8, I8, I16, U16, F16, BF16, I32, U32, F32, F64, I64, U64, F8_E4M3,
   *     F8_E5M2
   * @param shape the size of each dimension, at most 8; empty for a scalar
   * @param offset position of the first byte in the file
   * @param byteCount number of bytes: the product of the sizes times the bytes of one element
   */
  public record Entry(String name, String dtype, List<Long> shape, long offset, long byteCount) {}

  /**
   * Reads and checks the header of a file, without reading its data.
   *
   * @param file a safetensors file
   * @return the header
   * @throws CheckpointException if the file is missing, unreadable, or malformed in any way; known
   *     other content, such as a Git LFS pointer, is named
   */
  public static SafetensorsHeader read(Path file) {
    return CheckpointException.naming(file, () -> parsed(file), FileKind.SAFETENSORS);
  }

  private static SafetensorsHeader parsed(Path file) {
    long fileSize = CheckpointException.reading(() -> StrictJson.fileSize(file));
    try (InputStream in = Files.newInputStream(file)) {
      byte[] json = headerBytes(file, in, fileSize);
      try (JsonParser parser = StrictJson.parser(JSON, json)) {
        long dataStart = PREFIX_BYTES + (long) json.length;
        SafetensorsParser contents = new SafetensorsParser(file, parser, dataStart, fileSize);
        contents.parse();
        return new SafetensorsHeader(contents.entries(), contents.metadata(), fileSize);
      }
    } catch (IOException e) {
      throw new CheckpointException(file + ": " + StrictJson.reason(e), e);
    }
  }

  private static byte[] headerBytes(Path file, InputStream in, long fileSize) throws IOException {
    byte[] prefix = in.readNBytes(PREFIX_BYTES);
    if (prefix.length < PREFIX_BYTES) {
      throw new CheckpointException(
          file
              + ": expected a header length of 8 bytes, got a file of "
              + prefix.length
              + " bytes");
    }
    long length = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (Long.compareUnsigned(length, MAX_HEADER_BYTES) > 0 || length > fileSize - PREFIX_BYTES) {
      throw new CheckpointException(
          "%s: expected a header of at most %d bytes in a file of %d, got a length of %s"
              .formatted(file, MAX_HEADER_BYTES, fileSize, Long.toUnsignedString(length)));
    }
    byte[] json = new byte[(int) length];
    int read = in.readNBytes(json, 0, json.length);
    if (read < json.length || read == 0 || json[0] != '{') {
      throw new CheckpointException(
          file + ": expected a header of " + length + " bytes that starts with '{'");
    }
    return json;
  }

  /**
   * Returns the tensors by name, in the order of their data.
   *
   * @return an unmodifiable map
   */
  public Map<String, Entry> entries() {
    return entries;
  }

  /**
   * Returns the texts in the field {@code __metadata__}.
   *
   * @return an unmodifiable map, empty if the file has no such field
   */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * Returns the size of the whole file.
   *
   * @return the size in bytes
   */
  public long fileSize() {
    return fileSize;
  }
}
