package dev.sana4j.cli;

import dev.sana4j.pipeline.request.RequestException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of results that an option names. */
final class OutputFile {
  private OutputFile() {}

  /** Refuses one that cannot be written; to be said before the work, which takes minutes. */
  static void checkWritable(Path target) {
    Path parent = target.toAbsolutePath().getParent();
    if (Files.isDirectory(target) || parent == null || !Files.isWritable(parent)) {
      throw new RequestException(
          target + " cannot be written; name a file in a folder that can be written to");
    }
  }
}
