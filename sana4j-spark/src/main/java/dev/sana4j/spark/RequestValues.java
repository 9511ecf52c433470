package dev.sana4j.spark;

import dev.sana4j.image.ImageException;
import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.request.RequestException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the values of one row, which are of any type; a null value counts as missing. */
final class RequestValues {
  private static final int MOST_ADAPTERS = 100;
  private static final int LONGEST_ID = 512;

  private final Map<String, ?> values;
  private final boolean textual;

  /**
   * Reads a row.
   *
   * @param values by the names of {@link RequestColumns}
   * @param textual whether all values are text, as in CSV: numbers are parsed, and an empty value
   *     is missing
   */
  RequestValues(Map<String, ?> values, boolean textual) {
    this.values = values;
    this.textual = textual;
  }

  private @Nullable Object value(String name) {
    Object value = values.get(name);
    return textual && value instanceof String text && text.isBlank() ? null : value;
  }

  @Nullable String text(String name) {
    Object value = value(name);
    if (value != null && !(value instanceof String)) {
      throw wrong(name, "a string");
    }
    return (String) value;
  }

  /** Returns the id, a string or a whole number. */
  @Nullable String id() {
    Object value = value(RequestColumns.ID);
    if (value == null) {
      return null;
    }
    if (!(value instanceof String) && !isWhole(value)) {
      throw wrong(RequestColumns.ID, "a string or a whole number");
    }
    String id = value.toString();
    if (id.isBlank() || id.length() > LONGEST_ID) {
      throw wrong(RequestColumns.ID, "1 to " + LONGEST_ID + " characters");
    }
    return id;
  }

  byte @Nullable [] bytes(String name) {
    return value(name) instanceof byte[] bytes ? bytes : null;
  }

  /** Returns a text, or null if the value is bytes. */
  @Nullable String file(String name) {
    Object value = value(name);
    if (value != null && !(value instanceof String) && !(value instanceof byte[])) {
      throw wrong(name, "a file name or the bytes of an image");
    }
    return value instanceof String text ? text : null;
  }

  @Nullable Long whole(String name, long least, long most) {
    Object value = value(name);
    if (value == null) {
      return null;
    }
    boolean any = least == Long.MIN_VALUE;
    String expected = any ? "a whole number" : "a whole number from " + least + " to " + most;
    try {
      if (!textual && !isWhole(value)) {
        throw wrong(name, expected);
      }
      long number = new BigInteger(value.toString().strip()).longValueExact();
      if (number < least || number > most) {
        throw wrong(name, expected);
      }
      return number;
    } catch (NumberFormatException | ArithmeticException e) {
      throw wrong(name, expected);
    }
  }

  private static boolean isWhole(Object value) {
    return value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte
        || value instanceof BigInteger;
  }

  @Nullable Integer integer(String name, int most) {
    Long value = whole(name, 1, most);
    return value == null ? null : value.intValue();
  }

  @Nullable Double real(String name) {
    Object value = value(name);
    if (value == null) {
      return null;
    }
    try {
      if (!textual && !(value instanceof Number)) {
        throw wrong(name, "a number");
      }
      double number =
          value instanceof Double || value instanceof Float
              ? ((Number) value).doubleValue()
              : new BigDecimal(value.toString().strip()).doubleValue();
      if (!Double.isFinite(number)) {
        throw wrong(name, "a number");
      }
      return number;
    } catch (NumberFormatException e) {
      throw wrong(name, "a number");
    }
  }

  @Nullable ImageSize size() {
    Integer width = integer(RequestColumns.WIDTH, ImageSize.MAX_SIDE);
    Integer height = integer(RequestColumns.HEIGHT, ImageSize.MAX_SIDE);
    String size = text("size");
    if (size != null && (width != null || height != null)) {
      throw new RequestException("give size or width and height, not both");
    }
    if ((width == null) != (height == null)) {
      throw new RequestException("give both width and height, or neither");
    }
    try {
      if (size != null) {
        return ImageSize.parse(size);
      }
    } catch (ImageException e) {
      throw new RequestException(String.valueOf(e.getMessage()));
    }
    return width == null || height == null ? null : new ImageSize(width, height);
  }

  @Nullable List<String> adapters() {
    Object value = value(RequestColumns.LORAS);
    if (value == null) {
      return null;
    }
    if (textual && value instanceof String joined) {
      return List.of(joined.strip().split("\\s*\\|\\s*"));
    }
    String expected = "a list of up to " + MOST_ADAPTERS + " strings FILE or FILE:SCALE";
    Collection<?> list = list(value);
    if (list == null || list.size() > MOST_ADAPTERS) {
      throw wrong(RequestColumns.LORAS, expected);
    }
    List<String> adapters = new ArrayList<>();
    for (Object each : list) {
      if (!(each instanceof String text)) {
        throw wrong(RequestColumns.LORAS, expected);
      }
      adapters.add(text);
    }
    return adapters;
  }

  private static @Nullable Collection<?> list(Object value) {
    if (value instanceof scala.collection.Seq<?> seq) {
      return scala.jdk.javaapi.CollectionConverters.asJava(seq);
    }
    return value instanceof Collection<?> list ? list : null;
  }

  private static RequestException wrong(String name, String expected) {
    return new RequestException(name + " is not " + expected);
  }
}
