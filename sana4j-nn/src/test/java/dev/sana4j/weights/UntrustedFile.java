package dev.sana4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.AbstractStringAssert;

/** Files that an attacker or a broken download could leave, and how they must be rejected. */
public final class UntrustedFile {
  private UntrustedFile() {}

  public static Path write(Path file, byte[] content) {
    try {
      return Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Path write(Path file, String content) {
    return write(file, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns a safetensors file with a right length prefix and data of zeros. */
  public static byte[] safetensors(String header, int dataBytes) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return withLength(json.length, json, dataBytes);
  }

  /** Returns a safetensors file with any length prefix. */
  public static byte[] withLength(long length, byte[] json, int dataBytes) {
    return ByteBuffer.allocate(8 + json.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(json)
        .array();
  }

  /** Returns the JSON of one tensor in a safetensors header. */
  public static String tensor(String dtype, String shape, long begin, long end) {
    return "{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
        .formatted(dtype, shape, begin, end);
  }

  /** Checks that reading throws the one exception, in one line that starts with the file. */
  public static AbstractStringAssert<?> assertRefused(Path file, Runnable reading) {
    CheckpointException refusal = catchThrowableOfType(CheckpointException.class, reading::run);
    assertThat(refusal).as("refusal of %s", file).isNotNull();
    return assertThat(refusal.getMessage())
        .startsWith(file + ": ")
        .doesNotContainPattern("[\\r\\n]")
        .hasSizeLessThan(1000);
  }
}
