package dev.sana4j.pipeline.model;

import dev.sana4j.files.AtomicFile;
import dev.sana4j.files.Digests;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * Stores the speed of a processor for the next process. A file is valid for one processor, its
 * restrictions, one number of threads and one version of libtorch. If reading or writing fails, the
 * speed is measured again.
 */
final class SpeedFile {
  private static final int FORMAT = 1; // increased when the measurement changes
  private static final String PROCESSOR = "processor";
  private static final String SMALL = "bfloat16.small";
  private static final String LARGE = "bfloat16.large";
  private static final int SHORT = 16;

  private final Path file;
  private final String processor;

  /**
   * Creates the file of a processor.
   *
   * @param folder folder of the file
   * @param processor everything that determines its speed
   */
  SpeedFile(Path folder, String processor) {
    this.processor = FORMAT + "; " + processor;
    String digest = Digests.sha256Hex(this.processor.getBytes(StandardCharsets.UTF_8));
    file = folder.resolve("products-" + digest.substring(0, SHORT) + ".properties");
  }

  Path path() {
    return file;
  }

  /** Returns the stored measurement. */
  Optional<ProductSpeeds> read() {
    Properties kept = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      kept.load(reader);
      return processor.equals(kept.getProperty(PROCESSOR))
          ? Optional.of(new ProductSpeeds(ratio(kept, SMALL), ratio(kept, LARGE)))
          : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty(); // it will be written again
    }
  }

  private static double ratio(Properties kept, String name) {
    double ratio = Double.parseDouble(kept.getProperty(name, "none"));
    if (!(ratio > 0 && ratio < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + " " + ratio);
    }
    return ratio;
  }

  /** Stores a measurement. */
  void write(ProductSpeeds speeds) {
    Properties kept = new Properties();
    kept.setProperty(PROCESSOR, processor);
    kept.setProperty(SMALL, Double.toString(speeds.small()));
    kept.setProperty(LARGE, Double.toString(speeds.large()));
    try {
      Files.createDirectories(file.getParent());
      AtomicFile.write(
          file,
          AtomicFile.Mode.REPLACE,
          out ->
              kept.store(
                  new OutputStreamWriter(out, StandardCharsets.UTF_8),
                  "Speedup of products over float32 on this processor"));
    } catch (IOException e) {
      // The next process measures again.
    }
  }
}
