package dev.sana4j.weights;

import com.fasterxml.jackson.databind.ObjectWriter;
import dev.sana4j.files.AtomicFile;
import dev.sana4j.files.IoReason;
import dev.sana4j.files.StrictJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Writes the {@code config.json} of a model part. */
public final class ConfigWriter {
  private static final ObjectWriter PRINTER = StrictJson.mapper().writerWithDefaultPrettyPrinter();

  private ConfigWriter() {}

  /**
   * Writes a file that {@link ConfigFile#read} can read. The file is written atomically.
   *
   * @param file the file to write; replaced if it exists
   * @param settings texts, numbers, booleans, null, and lists and maps of them
   * @throws CheckpointException if the file cannot be written
   */
  public static void write(Path file, Map<String, ?> settings) {
    try {
      AtomicFile.write(
          file, AtomicFile.Mode.REPLACE, out -> out.write(PRINTER.writeValueAsBytes(settings)));
    } catch (IOException e) {
      throw new CheckpointException(file + " cannot be written: " + IoReason.of(e), e);
    }
  }
}
