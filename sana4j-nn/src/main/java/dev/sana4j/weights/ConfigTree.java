package dev.sana4j.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sana4j.files.FileKind;
import dev.sana4j.files.StrictJson;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads untrusted JSON as {@link ConfigFile} needs it: bounded, without repeated keys, and with the
 * numbers that Python writes.
 */
final class ConfigTree {
  /** Maximum size of a config. */
  static final int MAX_BYTES = 4 << 20;

  private static final int MAX_DEPTH = 64;
  private static final int MAX_ERROR_KEYS = 3;
  private static final JsonFactory JSON =
      StrictJson.settings(MAX_DEPTH).enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  // Keeps the digits of decimals, so that 1e999 is detected as out of range, not read as infinite.
  private static final ObjectReader READER =
      JsonMapper.builder(JSON)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build()
          .reader();

  private ConfigTree() {}

  /**
   * Reads a file with one value.
   *
   * @param first the token that the value begins with
   * @param expected the same in words
   * @throws CheckpointException if the file is missing, unreadable, too large, or not such JSON
   */
  static JsonNode read(Path file, JsonToken first, String expected) {
    return CheckpointException.naming(
        file,
        () -> {
          byte[] content = CheckpointException.reading(() -> StrictJson.read(file, MAX_BYTES));
          return requireNoError(file, parse(file, content, first, expected));
        },
        FileKind.ZEROS);
  }

  /** Refuses the answer of a server that was saved in place of the file. */
  private static JsonNode requireNoError(Path file, JsonNode root) {
    if (root.size() <= MAX_ERROR_KEYS && root.path("error").isTextual()) {
      throw new CheckpointException(file + ": expected settings, got an error message");
    }
    return root;
  }

  /**
   * Parses one value.
   *
   * @param file the file, for messages
   * @throws CheckpointException if it is not such JSON
   */
  static JsonNode parse(Path file, byte[] content, JsonToken first, String expected) {
    try (JsonParser json = StrictJson.parser(JSON, content)) {
      if (json.nextToken() != first) {
        throw new CheckpointException(
            file + ": expected " + expected + ", got " + StrictJson.describe(json));
      }
      return READER.readTree(json);
    } catch (IOException e) {
      throw new CheckpointException(file + ": " + StrictJson.reason(e), e);
    } catch (NumberFormatException e) {
      // Jackson does not wrap this exception when an exponent has more than ten digits.
      throw new CheckpointException(file + ": expected 64-bit numbers, got a larger one", e);
    }
  }
}
