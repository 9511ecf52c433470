package dev.sana4j.cli;

import dev.sana4j.pipeline.request.RequestException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of results that an option names. */
final class OutputFile {
  private OutputFile() {}

  /** Rejects a file that cannot be written, before work that takes minutes. */
  static void checkWritable(Path target) {
    Path parent = target.toAbsolutePath().getParent();
    if (Files.isDirectory(target) || parent == null || !Files.isWritable(parent)) {
      throw new RequestException(target + " cannot be written; give a file in a writable folder");
    }
  }
}
