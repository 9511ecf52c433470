package dev.sana4j.spark;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.files.QuotedText;
import dev.sana4j.files.SanaException;
import dev.sana4j.files.StrictJson;
import dev.sana4j.pipeline.request.RequestException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Reads a line of text, or of JSON Lines, as a row of {@link RequestColumns#PARSED}. */
final class JsonRow {
  private static final int DEEPEST = 4;
  private static final int MOST_BYTES = 1 << 20;
  private static final JsonFactory JSON = StrictJson.settings(DEEPEST).build();
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private JsonRow() {}

  /** Returns the row of a line of JSON; null for a blank line. */
  static @Nullable Row ofJson(byte[] line) {
    try {
      String text = decoded(line);
      return text.isEmpty() ? null : ParsedRow.of(values(text), false);
    } catch (SanaException e) {
      return ParsedRow.damaged(null, e, line);
    }
  }

  /** Returns the row of a line that is a prompt; null for a blank line. */
  static @Nullable Row ofText(byte[] line) {
    try {
      String text = decoded(line);
      return text.isEmpty() ? null : ParsedRow.of(Map.of(RequestColumns.PROMPT, text), true);
    } catch (SanaException e) {
      return ParsedRow.damaged(null, e, line);
    }
  }

  private static String decoded(byte[] line) {
    if (line.length > MOST_BYTES) {
      throw new RequestException("the line is longer than " + MOST_BYTES + " bytes");
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
      return (text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text).strip();
    } catch (CharacterCodingException e) {
      throw new RequestException("the line is not valid UTF-8");
    }
  }

  private static Map<String, Object> values(String text) {
    JsonNode object = object(text);
    Map<String, Object> values = new HashMap<>();
    object
        .properties()
        .forEach(
            field -> {
              String name = RequestColumns.OTHER_NAMES.getOrDefault(field.getKey(), field.getKey());
              if (!RequestColumns.KNOWN.contains(name)) {
                throw new RequestException(
                    "unknown key \"" + QuotedText.clip(name) + "\"; see docs/how-to/cluster.md");
              }
              if (!field.getValue().isNull() && values.put(name, value(field.getValue())) != null) {
                throw new RequestException(name + " is given twice");
              }
            });
    return values;
  }

  private static JsonNode object(String text) {
    try (JsonParser parser = StrictJson.parser(JSON, text.getBytes(StandardCharsets.UTF_8))) {
      JsonNode read = StrictJson.mapper().readTree(parser);
      if (read == null || !read.isObject() || parser.nextToken() != null) {
        throw new RequestException("expected one JSON object, such as {\"prompt\": \"a cat\"}");
      }
      return read;
    } catch (IOException e) {
      throw new RequestException(StrictJson.reason(e).replaceFirst("line 1, ", ""));
    }
  }

  private static Object value(JsonNode node) {
    if (node.isArray()) {
      List<Object> list = new ArrayList<>();
      node.forEach(each -> list.add(value(each)));
      return list;
    }
    if (node.isIntegralNumber()) {
      return node.canConvertToLong() ? node.longValue() : node.bigIntegerValue();
    }
    if (node.isNumber()) {
      return node.doubleValue();
    }
    return node.isTextual() ? node.textValue() : node; // a node is of no type that a column has
  }
}
