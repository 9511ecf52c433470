package dev.sana4j.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.files.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The file in an output that says how its images are made, so that a second run makes the same. */
final class OutputRecord {
  static final String FILE = "_sana4j.json";
  private static final int MOST_BYTES = 1 << 16;

  private final Path path;
  private final Configuration conf;

  OutputRecord(String folder, Configuration conf) {
    this.path = new Path(folder, FILE);
    this.conf = conf;
  }

  /** Returns the precision of an existing output. */
  Optional<String> dtype() {
    return read().map(record -> record.path("dtype").asText());
  }

  /**
   * Writes the record of a new output.
   *
   * @throws BatchException if the output was made with other settings
   */
  void require(GenerateSettings settings) {
    ObjectNode wanted = record(settings);
    Optional<JsonNode> found = read();
    if (found.isPresent()) {
      if (!found.get().equals(wanted)) {
        throw new BatchException(
            "%s has images made with %s, not with %s; choose another output"
                .formatted(path.getParent(), found.get(), wanted));
      }
      return;
    }
    try {
      FileSystem files = path.getFileSystem(conf);
      try (FSDataOutputStream out = files.create(path, false)) {
        out.write(wanted.toString().getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new BatchException("the output " + path + " cannot be written: " + e.getMessage());
    }
  }

  private static ObjectNode record(GenerateSettings settings) {
    return StrictJson.mapper()
        .createObjectNode()
        .put("model", settings.model().name())
        .put("dtype", settings.model().precision().toString())
        .put("form", settings.form().toString())
        .put("format", settings.format())
        .put("seed", String.valueOf(settings.seed()));
  }

  private Optional<JsonNode> read() {
    try {
      FileSystem files = path.getFileSystem(conf);
      if (!files.exists(path)) {
        return Optional.empty();
      }
      try (FSDataInputStream in = files.open(path)) {
        return Optional.of(StrictJson.mapper().readTree(in.readNBytes(MOST_BYTES)));
      }
    } catch (JsonProcessingException e) {
      throw new BatchException(path + " is damaged; choose another output");
    } catch (IOException e) {
      throw new BatchException("the output " + path + " cannot be read: " + e.getMessage());
    }
  }
}
