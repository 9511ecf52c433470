package dev.sana4j.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sana4j.files.FileKind;
import dev.sana4j.files.QuotedText;
import dev.sana4j.files.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The index of a checkpoint in several files, {@code *.safetensors.index.json}.
 *
 * <p>The file is untrusted. A shard must be a plain file name, so it cannot point outside the
 * folder of the index.
 */
public final class ShardIndex {
  private static final int MAX_BYTES = 64 << 20;
  private static final int MAX_DEPTH = 16;
  private static final int MAX_NAME_LENGTH = 255;
  private static final JsonFactory JSON = StrictJson.settings(MAX_DEPTH).build();

  /**
   * Words separated by single dots: no path separator of any system, no drive, no parent folder.
   */
  private static final Pattern SHARD_NAME = Pattern.compile("(?:[A-Za-z0-9_-]+\\.)+safetensors");

  private final Path file;
  private final Map<String, String> shardOf = new LinkedHashMap<>();

  /** Maps each file name to itself, so that all tensors of a shard share one string. */
  private final Map<String, String> shards = new TreeMap<>();

  private ShardIndex(Path file) {
    this.file = file;
  }

  /**
   * Reads an index and checks that all its shards exist.
   *
   * @param indexJson the index; the shards are in the same folder
   * @return the index
   * @throws CheckpointException if the index is missing or malformed, or a shard is missing
   */
  public static ShardIndex read(Path indexJson) {
    ShardIndex index = readAlone(indexJson);
    index.requireShards();
    return index;
  }

  /** Reads an index whose shards may be missing. */
  static ShardIndex readAlone(Path indexJson) {
    return CheckpointException.naming(indexJson, () -> parsed(indexJson), FileKind.ZEROS);
  }

  private static ShardIndex parsed(Path indexJson) {
    byte[] content = CheckpointException.reading(() -> StrictJson.read(indexJson, MAX_BYTES));
    ShardIndex index = new ShardIndex(indexJson);
    try (JsonParser json = StrictJson.parser(JSON, content)) {
      index.parse(json);
    } catch (IOException e) {
      throw new CheckpointException(indexJson + ": " + StrictJson.reason(e), e);
    }
    return index;
  }

  /**
   * Returns the shard of each tensor.
   *
   * @return an unmodifiable map from tensor name to file name, in the order of the index
   */
  public Map<String, String> shardOf() {
    return Collections.unmodifiableMap(shardOf);
  }

  /**
   * Returns the shards.
   *
   * @return existing files in the folder of the index, sorted by name
   */
  public List<Path> shards() {
    return shards.keySet().stream().map(file::resolveSibling).toList();
  }

  private void parse(JsonParser json) throws IOException {
    json.nextToken();
    require(json, JsonToken.START_OBJECT, "an object");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "weight_map" -> readWeightMap(json);
        case "metadata" -> {
          require(json, JsonToken.START_OBJECT, "metadata to be an object");
          json.skipChildren();
        }
        default -> json.skipChildren();
      }
    }
    if (json.nextToken() != null) {
      throw refusal("expected nothing after the object, got " + StrictJson.describe(json));
    }
    if (shardOf.isEmpty()) {
      throw refusal("expected a weight_map with tensors, got none");
    }
  }

  private void readWeightMap(JsonParser json) throws IOException {
    require(json, JsonToken.START_OBJECT, "weight_map to be an object");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      if (!TensorName.isValid(name)) {
        throw refusal(
            "expected tensor names of 1 to %d characters, got %d in '%s'"
                .formatted(TensorName.MAX_LENGTH, name.length(), QuotedText.clip(name)));
      }
      json.nextToken();
      require(
          json, JsonToken.VALUE_STRING, "a file name for tensor '" + QuotedText.clip(name) + "'");
      String shard = json.getText();
      if (shard.length() > MAX_NAME_LENGTH || !SHARD_NAME.matcher(shard).matches()) {
        throw refusal(
            "tensor '%s': expected a plain file name that ends in .safetensors, got %s"
                .formatted(QuotedText.clip(name), StrictJson.describe(json)));
      }
      shardOf.put(name, shards.computeIfAbsent(shard, same -> same));
    }
  }

  private void requireShards() {
    List<String> missing =
        shards.keySet().stream()
            .filter(name -> !Files.isRegularFile(file.resolveSibling(name)))
            .toList();
    if (!missing.isEmpty()) {
      throw refusal(
          ("expected the shard %s in the same folder, got no such file (%d of %d missing);"
                  + " the download seems incomplete")
              .formatted(missing.get(0), missing.size(), shards.size()));
    }
  }

  private void require(JsonParser json, JsonToken token, String expected) throws IOException {
    if (json.currentToken() != token) {
      throw refusal("expected " + expected + ", got " + StrictJson.describe(json));
    }
  }

  private CheckpointException refusal(String problem) {
    return new CheckpointException(file + ": " + problem);
  }
}
