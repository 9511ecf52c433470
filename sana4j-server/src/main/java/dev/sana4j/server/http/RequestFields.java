package dev.sana4j.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a request; reading checks their types and limits. A null field counts as missing.
 */
public final class RequestFields {
  private static final int SHOWN = 40;

  private final ObjectNode object;
  private final boolean form;

  private RequestFields(ObjectNode object, boolean form) {
    this.object = object;
    this.form = form;
  }

  /**
   * Creates the fields of a JSON object.
   *
   * @param object the body
   * @return its fields
   */
  public static RequestFields of(ObjectNode object) {
    return new RequestFields(object, false);
  }

  /**
   * Creates the fields of a form, where numbers are strings.
   *
   * @param texts names to strings
   * @return its fields
   */
  public static RequestFields ofForm(ObjectNode texts) {
    return new RequestFields(texts, true);
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
    JsonNode value = value(name);
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
    if (form && value.isTextual()) {
      try {
        return Long.parseLong(value.textValue().strip());
      } catch (NumberFormatException e) {
        throw wrong(name, "a whole number");
      }
    }
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
    JsonNode value = value(name);
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
    if (form && value.isTextual()) {
      try {
        return Double.parseDouble(value.textValue().strip());
      } catch (NumberFormatException e) {
        throw wrong(name, "a number");
      }
    }
    if (!value.isNumber()) {
      throw wrong(name, "a number");
    }
    return value.doubleValue();
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
    if (value.isMissingNode()) {
      return absent;
    }
    if (form && Set.of("true", "false").contains(value.asText())) {
      return value.asText().equals("true");
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

  /** Returns a text of a client for a message: one line, not too long. */
  static String shortened(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
  }
}
