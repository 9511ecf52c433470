package dev.sana4j.bench;

import dev.sana4j.pipeline.request.RequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that goes when it is closed.
 *
 * @param path where it is
 */
record TemporaryFile(Path path) implements AutoCloseable {

  /** An empty one where this system keeps such files. */
  static TemporaryFile create(String extension) {
    try {
      return new TemporaryFile(Files.createTempFile("sana4j-bench-", extension));
    } catch (IOException e) {
      throw new RequestException("no temporary file can be made: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    path.toFile().delete();
  }
}
