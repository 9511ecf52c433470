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
import org.apache.hadoop.mapreduce.lib.output.FileOutputCommitter;

/** The file in an output that says how it is made, so that a second run makes the same. */
final class OutputRecord {
  static final String FILE = "_sana4j.json";
  static final String TEMPORARY = ".part";
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
   * Writes the record of a new output of images.
   *
   * @throws BatchException if the output was made with other settings
   */
  void require(GenerateSettings settings) {
    require(
        StrictJson.mapper()
            .createObjectNode()
            .put("model", settings.model().name())
            .put("dtype", settings.model().precision().toString())
            .put("form", settings.form().toString())
            .put("format", settings.format())
            .put("seed", String.valueOf(settings.seed())));
  }

  /**
   * Writes the record of a new table of an evaluation: what all its rows share.
   *
   * @throws BatchException if the table was made with other settings
   */
  void require(EvaluateSettings settings) {
    require(
        StrictJson.mapper()
            .createObjectNode()
            .put("prompts", settings.prompts())
            .put("objects", settings.objects())
            .put("size", settings.side())
            .put("shapes", settings.shapes())
            .put("seed", String.valueOf(settings.seed()))
            .put("scorer_steps", settings.scorerSteps()));
  }

  private void require(ObjectNode wanted) {
    Optional<JsonNode> found = read();
    if (found.isPresent()) {
      if (!found.get().equals(wanted)) {
        throw new BatchException(
            "%s was made with %s, not with %s; choose another output"
                .formatted(path.getParent(), found.get(), wanted));
      }
      return;
    }
    try {
      write(wanted.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new BatchException("the output " + path + " cannot be written: " + e.getMessage());
    }
  }

  /** Writes to a temporary name first, so that a record is always whole. */
  private void write(byte[] content) throws IOException {
    FileSystem files = path.getFileSystem(conf);
    Path temporary = path.suffix(TEMPORARY);
    try (FSDataOutputStream out = files.create(temporary, true)) {
      out.write(content);
    }
    if (!files.rename(temporary, path)) {
      throw new IOException("it cannot be renamed");
    }
  }

  /**
   * Deletes what the tasks of a stopped job left behind, which the next job would else show beside
   * its own rows.
   */
  void deleteLeftovers() {
    var pending = new Path(path.getParent(), FileOutputCommitter.PENDING_DIR_NAME);
    try {
      var unused = pending.getFileSystem(conf).delete(pending, true);
    } catch (IOException e) {
      throw new BatchException("the output " + path + " cannot be written: " + e.getMessage());
    }
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
