package dev.sana4j.spark;

import dev.sana4j.files.QuotedText;
import dev.sana4j.files.SanaException;
import dev.sana4j.files.Utf8Text;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.RequestValues;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Reads a line of text, or of JSON Lines, as a row of {@link RequestColumns#PARSED}. */
final class JsonRow {
  private static final int MOST_BYTES = 1 << 20;
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
    String text = Utf8Text.decoded(line);
    if (text == null) {
      throw new RequestException("the line is not valid UTF-8");
    }
    return (text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text).strip();
  }

  /** Returns the values by the names of {@link RequestColumns}, without missing ones. */
  private static Map<String, Object> values(String text) {
    RequestValues object = RequestValues.object(text);
    Map<String, Object> values = new HashMap<>();
    for (String key : object.names()) {
      String name = RequestColumns.OTHER_NAMES.getOrDefault(key, key);
      if (!RequestColumns.KNOWN.contains(name)) {
        throw new RequestException(
            "unknown key \"" + QuotedText.clip(name) + "\"; see docs/how-to/cluster.md");
      }
      Object value = object.value(key);
      if (value != null && values.put(name, value) != null) {
        throw new RequestException(name + " is given twice");
      }
    }
    return values;
  }
}
