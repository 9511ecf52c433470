package dev.sana4j.pipeline.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.sana4j.files.StrictJson;
import dev.sana4j.image.ImageSize;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values of one untrusted request by name: of a line of JSON, or of a row of a table. A
 * value of null counts as missing, and a value of another type is refused with one line.
 */
public final class RequestValues {
  private static final int DEEPEST = 4;
  private static final int MOST_ADAPTERS = 100;
  private static final int LONGEST_NUMBER = 64;
  private static final JsonFactory JSON = StrictJson.settings(DEEPEST).build();

  private final Map<String, ? extends @Nullable Object> values;
  private final boolean parsesText;

  private RequestValues(Map<String, ? extends @Nullable Object> values, boolean parsesText) {
    this.values = Collections.unmodifiableMap(new HashMap<>(values));
    this.parsesText = parsesText;
  }

  /**
   * Reads values with types: strings, numbers, lists of strings, and others that {@link #value}
   * returns.
   *
   * @param values by name
   */
  public static RequestValues of(Map<String, ? extends @Nullable Object> values) {
    return new RequestValues(values, false);
  }

  /**
   * Reads values without types, as in CSV. Numbers are parsed from at most 64 characters, adapters
   * are separated by {@code |}, and a blank text is missing.
   *
   * @param values by name
   */
  public static RequestValues ofText(Map<String, ? extends @Nullable Object> values) {
    return new RequestValues(values, true);
  }

  /**
   * Parses a JSON object.
   *
   * @param json an object without repeated keys, nested at most four levels deep
   * @throws RequestException if it is not valid JSON, or not one object
   */
  public static RequestValues object(String json) {
    try (JsonParser parser = StrictJson.parser(JSON, json.getBytes(StandardCharsets.UTF_8))) {
      Object read = StrictJson.mapper().readValue(parser, Object.class);
      if (!(read instanceof Map<?, ?> object) || parser.nextToken() != null) {
        throw new RequestException("expected one JSON object, such as {\"prompt\": \"a cat\"}");
      }
      Map<String, @Nullable Object> values = new HashMap<>();
      object.forEach((name, value) -> values.put((String) name, value));
      return of(values);
    } catch (IOException e) {
      throw new RequestException(StrictJson.reason(e).replaceFirst("line 1, ", ""));
    }
  }

  /** Returns the names of all values, also of missing ones. */
  public Set<String> names() {
    return values.keySet();
  }

  /** Returns a value of any type; null if it is missing. */
  public @Nullable Object value(String name) {
    Object value = values.get(name);
    return parsesText && value instanceof String text && text.isBlank() ? null : value;
  }

  /**
   * Returns a text; null if it is missing.
   *
   * @throws RequestException if the value is not a string
   */
  public @Nullable String text(String name) {
    Object value = value(name);
    if (value != null && !(value instanceof String)) {
      throw wrong(name, "a string");
    }
    return (String) value;
  }

  /**
   * Returns a whole number; null if it is missing.
   *
   * @throws RequestException if the value is not a whole number of 64 bits
   */
  public @Nullable Long whole(String name) {
    return whole(name, Long.MIN_VALUE, Long.MAX_VALUE, "a whole number");
  }

  /**
   * Returns a positive whole number; null if it is missing.
   *
   * @param name name of the value
   * @param most the largest allowed number
   * @throws RequestException if the value is not a whole number from 1 to {@code most}
   */
  public @Nullable Integer integer(String name, int most) {
    Long value = whole(name, 1, most, "a whole number from 1 to " + most);
    return value == null ? null : value.intValue();
  }

  private @Nullable Long whole(String name, long least, long most, String expected) {
    Object value = number(name);
    if (value == null) {
      return null;
    }
    if (!isWhole(value) || !isWithin(value, least, most)) {
      throw wrong(name, expected);
    }
    return ((Number) value).longValue();
  }

  private static boolean isWithin(Object whole, long least, long most) {
    BigInteger number =
        whole instanceof BigInteger large
            ? large
            : BigInteger.valueOf(((Number) whole).longValue());
    return number.compareTo(BigInteger.valueOf(least)) >= 0
        && number.compareTo(BigInteger.valueOf(most)) <= 0;
  }

  /** Returns whether a value has a type of whole numbers. */
  public static boolean isWhole(Object value) {
    return value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte
        || value instanceof BigInteger;
  }

  /**
   * Returns a number; null if it is missing.
   *
   * @throws RequestException if the value is not a finite number
   */
  public @Nullable Double real(String name) {
    Object value = number(name);
    if (value == null) {
      return null;
    }
    if (!(value instanceof Number number) || !Double.isFinite(number.doubleValue())) {
      throw wrong(name, "a number");
    }
    return number.doubleValue();
  }

  /** Returns the value; a text that is parsed and is a number becomes that number. */
  private @Nullable Object number(String name) {
    Object value = value(name);
    if (!parsesText || !(value instanceof String text)) {
      return value;
    }
    String digits = text.strip();
    if (digits.length() > LONGEST_NUMBER) {
      return value;
    }
    try {
      BigDecimal number = new BigDecimal(digits);
      return number.scale() == 0 ? number.unscaledValue() : number;
    } catch (NumberFormatException e) {
      return value;
    }
  }

  /**
   * Returns the size of the image: {@code size}, or {@code width} and {@code height}; null if all
   * are missing.
   *
   * @throws dev.sana4j.files.SanaException if a side is out of range, or if the size is given twice
   *     or by half
   */
  public @Nullable ImageSize size() {
    Integer width = integer("width", ImageSize.MAX_SIDE);
    Integer height = integer("height", ImageSize.MAX_SIDE);
    String size = text("size");
    if (size != null && (width != null || height != null)) {
      throw new RequestException("give size or width and height, not both");
    }
    if ((width == null) != (height == null)) {
      throw new RequestException("give both width and height, or neither");
    }
    if (size != null) {
      return ImageSize.parse(size);
    }
    return width == null || height == null ? null : new ImageSize(width, height);
  }

  /**
   * Returns LoRA adapters as {@link LoraChoice#parse} reads them; null if they are missing.
   *
   * @throws RequestException if the value is not a list of at most 100 strings
   */
  public @Nullable List<String> adapters(String name) {
    Object value = value(name);
    if (value == null) {
      return null;
    }
    if (parsesText && value instanceof String joined) {
      value = List.of(joined.strip().split("\\s*\\|\\s*"));
    }
    String expected = "a list of up to " + MOST_ADAPTERS + " strings FILE or FILE:SCALE";
    if (!(value instanceof Collection<?> list) || list.size() > MOST_ADAPTERS) {
      throw wrong(name, expected);
    }
    List<String> adapters = new ArrayList<>();
    for (Object each : list) {
      if (!(each instanceof String text)) {
        throw wrong(name, expected);
      }
      adapters.add(text);
    }
    return adapters;
  }

  /**
   * Returns an error about a value.
   *
   * @param name name of the value
   * @param expected what it should be, such as {@code a string}
   */
  public static RequestException wrong(String name, String expected) {
    return new RequestException(name + " is not " + expected);
  }
}
