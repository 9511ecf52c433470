package dev.sana4j.bench;

import dev.sana4j.files.IoReason;
import dev.sana4j.pipeline.request.RequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that is deleted when it is closed.
 *
 * @param path path of the file
 */
record TemporaryFile(Path path) implements AutoCloseable {

  /** Creates an empty file in the temporary folder of this system. */
  static TemporaryFile create(String extension) {
    try {
      return new TemporaryFile(Files.createTempFile("sana4j-bench-", extension));
    } catch (IOException e) {
      throw new RequestException(
          "a temporary file cannot be created: "
              + IoReason.of(e)
              + "; set java.io.tmpdir to a writable folder");
    }
  }

  @Override
  public void close() {
    path.toFile().delete();
  }
}
