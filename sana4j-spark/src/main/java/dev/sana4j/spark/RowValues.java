package dev.sana4j.spark;

import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.RequestValues;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The values of one row by the names of {@link RequestColumns}.
 *
 * @param request those that every request may have
 */
record RowValues(RequestValues request) {
  private static final int LONGEST_ID = 512;

  /**
   * Reads a row.
   *
   * @param cells by the names of {@link RequestColumns}
   * @param textual whether all values are text, as in CSV
   */
  static RowValues of(Map<String, ?> cells, boolean textual) {
    Map<String, @Nullable Object> values = new HashMap<>();
    cells.forEach(
        (name, cell) ->
            values.put(
                name,
                cell instanceof scala.collection.Seq<?> list
                    ? CollectionConverters.asJava(list)
                    : cell));
    return new RowValues(textual ? RequestValues.ofText(values) : RequestValues.of(values));
  }

  /** Returns the id, a string or a whole number. */
  @Nullable String id() {
    Object value = request.value(RequestColumns.ID);
    if (value == null) {
      return null;
    }
    if (!(value instanceof String) && !RequestValues.isWhole(value)) {
      throw RequestValues.wrong(RequestColumns.ID, "a string or a whole number");
    }
    String id = value.toString();
    if (id.isBlank() || id.length() > LONGEST_ID) {
      throw RequestValues.wrong(RequestColumns.ID, "1 to " + LONGEST_ID + " characters");
    }
    return id;
  }

  /** Returns the id; null also if it is wrong. */
  @Nullable String idOrNull() {
    try {
      return id();
    } catch (RequestException e) {
      return null;
    }
  }

  byte @Nullable [] bytes(String name) {
    return request.value(name) instanceof byte[] bytes ? bytes : null;
  }

  /** Returns a text, or null if the value is bytes. */
  @Nullable String file(String name) {
    Object value = request.value(name);
    if (value != null && !(value instanceof String) && !(value instanceof byte[])) {
      throw RequestValues.wrong(name, "a file name or the bytes of an image");
    }
    return value instanceof String text ? text : null;
  }
}
