package dev.sana4j.cli;

import dev.sana4j.files.IoReason;
import dev.sana4j.pipeline.request.RequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder that {@code -o} names. */
final class OutputFolder {
  private OutputFolder() {}

  /** Creates the folder and its parents if they are missing. */
  static void create(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new RequestException(folder + " cannot be created: " + IoReason.of(e));
    }
  }
}
