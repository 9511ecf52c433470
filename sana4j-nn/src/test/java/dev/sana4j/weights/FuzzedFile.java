package dev.sana4j.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Properties that hold for a reader with any input bytes. */
public final class FuzzedFile {
  private static final int MAX_MESSAGE = 2000;

  private FuzzedFile() {}

  /** Reads, or throws the one exception of this package with a one-line message. */
  public static void readOrRefused(Runnable reading) {
    try {
      reading.run();
    } catch (CheckpointException e) {
      assertThat(e.getMessage()).doesNotContainPattern("[\\r\\n]").hasSizeLessThan(MAX_MESSAGE);
    }
  }

  /** The same for a reader of files. */
  public static void readOrRefused(byte[] content, Consumer<Path> reading) {
    try {
      Path file = Files.createTempFile("fuzzed", ".bin");
      try {
        Files.write(file, content);
        readOrRefused(() -> reading.accept(file));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
