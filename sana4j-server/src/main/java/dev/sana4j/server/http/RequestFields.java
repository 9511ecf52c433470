package dev.sana4j.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a request; reading checks their types and limits. A null field counts as missing.
 */
public final class RequestFields {
  private static final int SHOWN = 40;
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d{1,30}(\\.\\d{0,30})?|\\.\\d{1,30})([eE][+-]?\\d{1,2})?");
  private static final Set<String> TRUE = Set.of("true", "1", "yes", "on");
  private static final Set<String> FALSE = Set.of("false", "0", "no", "off");

  private final ObjectNode object;
  private final boolean form;
  private final boolean lenient;

  private RequestFields(ObjectNode object, boolean form, boolean lenient) {
    this.object = object;
    this.form = form;
    this.lenient = lenient;
  }

  /**
   * Creates the fields of a JSON object.
   *
   * @param object the body
   * @return its fields
   */
  public static RequestFields of(ObjectNode object) {
    return new RequestFields(object, false, false);
  }

  /**
   * Creates the fields of a form, where numbers are strings.
   *
   * @param texts names to strings
   * @return its fields
   */
  public static RequestFields ofForm(ObjectNode texts) {
    return new RequestFields(texts, true, true);
  }

  /**
   * Returns the same fields, in which numbers and flags may also be strings, as some clients send
   * them in JSON too.
   *
   * @return the fields
   */
  public RequestFields lenient() {
    return new RequestFields(object, form, true);
  }

  /**
   * Returns whether a field exists and is not null; in a form it must also not be empty.
   *
   * @param name the field
   * @return true if it has a value
   */
  public boolean has(String name) {
    JsonNode value = object.path(name);
    return !value.isMissingNode() && !value.isNull() && !(form && value.asText().isEmpty());
  }

  private JsonNode value(String name) {
    return has(name) ? object.path(name) : MissingNode.getInstance();
  }

  /**
   * Reads a string.
   *
   * @param name the field
   * @param absent default if it is missing
   * @param longest maximum length in characters
   * @return the string
   */
  public String text(String name, String absent, int longest) {
    JsonNode value = value(name);
    if (value.isMissingNode()) {
      return absent;
    }
    if (!value.isTextual()) {
      throw wrong(name, "a string");
    }
    if (value.textValue().length() > longest) {
      throw RequestProblem.field(
          name,
          name + " has " + value.textValue().length() + " characters; the limit is " + longest);
    }
    return value.textValue();
  }

  /**
   * Reads a whole number.
   *
   * @param name the field
   * @param absent default if it is missing
   * @param least the smallest allowed
   * @param most the largest allowed
   * @return the number
   */
  public long integer(String name, long absent, long least, long most) {
    JsonNode value = unquoted(name);
    if (value.isMissingNode()) {
      return absent;
    }
    long number = whole(name, value);
    if (number < least || number > most) {
      throw RequestProblem.field(
          name, name + " " + number + " is not between " + least + " and " + most);
    }
    return number;
  }

  private long whole(String name, JsonNode value) {
    boolean isWhole =
        value.isNumber()
            && value.canConvertToLong()
            && value.doubleValue() == Math.rint(value.doubleValue());
    if (!isWhole) {
      throw wrong(name, "a whole number");
    }
    return value.longValue();
  }

  /**
   * Reads a number.
   *
   * @param name the field
   * @param absent default if it is missing
   * @param least the smallest allowed
   * @param most the largest allowed
   * @return the number
   */
  public double number(String name, double absent, double least, double most) {
    JsonNode value = unquoted(name);
    if (value.isMissingNode()) {
      return absent;
    }
    double number = real(name, value);
    if (!(number >= least && number <= most)) {
      throw RequestProblem.field(
          name, name + " " + number + " is not between " + least + " and " + most);
    }
    return number;
  }

  private double real(String name, JsonNode value) {
    if (!value.isNumber()) {
      throw wrong(name, "a number");
    }
    return value.doubleValue();
  }

  /** Returns a value; of lenient fields, a number instead of a string or a flag. */
  private JsonNode unquoted(String name) {
    JsonNode value = value(name);
    if (lenient && value.isBoolean()) {
      return IntNode.valueOf(value.booleanValue() ? 1 : 0);
    }
    if (!lenient || !value.isTextual()) {
      return value;
    }
    String text = value.textValue().strip();
    if (text.isEmpty()) {
      return MissingNode.getInstance();
    }
    if (!NUMBER.matcher(text).matches()) {
      throw wrong(name, "a number");
    }
    return DecimalNode.valueOf(new BigDecimal(text));
  }

  /**
   * Reads a flag.
   *
   * @param name the field
   * @param absent default if it is missing
   * @return the flag
   */
  public boolean flag(String name, boolean absent) {
    JsonNode value = value(name);
    String word = lenient ? value.asText().strip().toLowerCase(Locale.ROOT) : "";
    if (value.isMissingNode() || (lenient && value.isTextual() && word.isEmpty())) {
      return absent;
    }
    if (TRUE.contains(word) || FALSE.contains(word)) {
      return TRUE.contains(word);
    }
    if (!value.isBoolean()) {
      throw wrong(name, "true or false");
    }
    return value.booleanValue();
  }

  /**
   * Reads one of several words.
   *
   * @param name the field
   * @param absent default if it is missing
   * @param words allowed values
   * @return the word
   */
  public String choice(String name, String absent, List<String> words) {
    String word = text(name, absent, 1000);
    if (!words.contains(word)) {
      throw RequestProblem.field(
          name, name + " \"" + shortened(word) + "\" is not one of " + String.join(", ", words));
    }
    return word;
  }

  /**
   * Reads a list of strings.
   *
   * @param name the field
   * @param most maximum number of strings
   * @return empty if it is missing
   */
  public List<String> texts(String name, int most) {
    JsonNode value = value(name);
    if (value.isMissingNode()) {
      return List.of();
    }
    if (!value.isArray() || value.size() > most) {
      throw wrong(name, "a list of up to " + most + " strings");
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode each : value) {
      if (!each.isTextual()) {
        throw wrong(name, "a list of strings");
      }
      texts.add(each.textValue());
    }
    return texts;
  }

  /**
   * Returns an object or a list unchanged.
   *
   * @param name the field
   * @return the value, or null if it is missing
   */
  public @Nullable JsonNode raw(String name) {
    return has(name) ? object.path(name) : null;
  }

  /**
   * Returns the fields of an object in a field.
   *
   * @param name the field
   * @return its fields; none if it is missing
   */
  public RequestFields nested(String name) {
    JsonNode value = value(name);
    if (value.isMissingNode()) {
      return of(Json.object());
    }
    if (value instanceof ObjectNode inner) {
      return new RequestFields(inner, false, lenient);
    }
    throw wrong(name, "an object");
  }

  /**
   * Reads a list of objects.
   *
   * @param name the field
   * @param most maximum number of objects
   * @return their fields; empty if it is missing
   */
  public List<RequestFields> objects(String name, int most) {
    JsonNode value = value(name);
    if (value.isMissingNode()) {
      return List.of();
    }
    if (!value.isArray() || value.size() > most) {
      throw wrong(name, "a list of up to " + most + " objects");
    }
    List<RequestFields> objects = new ArrayList<>();
    for (JsonNode each : value) {
      if (!(each instanceof ObjectNode inner)) {
        throw wrong(name, "a list of objects");
      }
      objects.add(new RequestFields(inner, false, lenient));
    }
    return objects;
  }

  /**
   * Refuses unknown fields.
   *
   * @param known names of the known fields
   */
  public void requireKnown(Set<String> known) {
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        throw RequestProblem.field(shortened(name), "unknown field " + shortened(name));
      }
    }
  }

  /**
   * Returns the fields as an object.
   *
   * @return the object itself
   */
  public ObjectNode object() {
    return object;
  }

  private static RequestProblem wrong(String name, String expected) {
    return RequestProblem.field(name, name + " is not " + expected);
  }

  /** Returns the beginning of a text in one line, for a message. */
  static String shortened(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
  }
}
