package dev.sana4j.weights;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.files.QuotedText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * The settings in the {@code config.json} of a model part, read by key and type.
 *
 * <p>A value of JSON {@code null} counts as absent: the default is used, or without a default the
 * key counts as missing. Types are never converted. The text {@code "8"} and the number {@code 8.0}
 * are not integers; an integer is also a number. {@code NaN} and {@code Infinity} are numbers,
 * since Python writes them. Every method throws a {@link CheckpointException} that names file and
 * key if a value has the wrong type.
 */
public final class ConfigFile {
  private final Path file;

  /** The keys that lead to this object, each followed by a dot; empty for the root. */
  private final String prefix;

  private final JsonNode root;

  private ConfigFile(Path file, String prefix, JsonNode root) {
    this.file = file;
    this.prefix = prefix;
    this.root = root;
  }

  /**
   * Reads a file that contains one object.
   *
   * @param file a JSON file with one object, at most 4 MiB
   * @return its settings
   * @throws CheckpointException if the file is missing, unreadable, too large, or not such JSON
   */
  public static ConfigFile read(Path file) {
    return new ConfigFile(file, "", ConfigTree.read(file, JsonToken.START_OBJECT, "an object"));
  }

  /**
   * Parses an object that a file contains as text, for example in the header of a safetensors file.
   *
   * @param file the file, for messages
   * @param place the name of the text in the file, for messages
   * @param json one object
   * @return its settings
   * @throws CheckpointException if the text is too large, or not such JSON
   */
  public static ConfigFile parse(Path file, String place, String json) {
    byte[] content = json.getBytes(StandardCharsets.UTF_8);
    if (content.length > ConfigTree.MAX_BYTES) {
      throw new CheckpointException(
          "%s: %s: expected at most %d bytes, got %d"
              .formatted(file, place, ConfigTree.MAX_BYTES, content.length));
    }
    JsonNode root =
        ConfigTree.parse(file, content, JsonToken.START_OBJECT, "an object in " + place);
    return new ConfigFile(file, place + ".", root);
  }

  /**
   * Reads a file that contains an array of objects.
   *
   * @param file a JSON file with an array of objects, at most 4 MiB
   * @return their settings, in order
   * @throws CheckpointException if the file is missing, unreadable, too large, or not such JSON
   */
  public static List<ConfigFile> readList(Path file) {
    List<ConfigFile> configs = new ArrayList<>();
    for (JsonNode each : ConfigTree.read(file, JsonToken.START_ARRAY, "an array")) {
      String place = "[" + configs.size() + "]";
      if (!each.isObject()) {
        throw new CheckpointException(
            file + ": " + place + ": expected an object, got " + describe(each));
      }
      configs.add(new ConfigFile(file, place + ".", each));
    }
    return List.copyOf(configs);
  }

  /** Returns the file, for messages. */
  Path file() {
    return file;
  }

  /**
   * Returns whether a key has a value other than {@code null}.
   *
   * @param key the key
   * @return whether it has a value
   */
  public boolean has(String key) {
    JsonNode value = root.path(key);
    return !value.isMissingNode() && !value.isNull();
  }

  /**
   * Returns whether a value is an array.
   *
   * @param key the key
   * @return false also if the key has no value
   */
  public boolean isList(String key) {
    return root.path(key).isArray();
  }

  /**
   * Returns whether a value is an object.
   *
   * @param key the key
   * @return false also if the key has no value
   */
  public boolean isObject(String key) {
    return root.path(key).isObject();
  }

  /**
   * Returns whether a value is an array that contains only {@code null}. A model index has it for
   * an omitted part.
   *
   * @param key the key
   * @return false also if the key has no value
   */
  public boolean isListOfNull(String key) {
    JsonNode value = root.path(key);
    return value.isArray() && !value.isEmpty() && value.valueStream().allMatch(JsonNode::isNull);
  }

  /**
   * Returns all keys, including those with the value {@code null}.
   *
   * @return the keys in the order of the file
   */
  public List<String> keys() {
    List<String> keys = new ArrayList<>();
    root.fieldNames().forEachRemaining(keys::add);
    return List.copyOf(keys);
  }

  /**
   * Returns a nested object. Its error messages contain the full path.
   *
   * @param key a required key
   * @return the settings in the object
   */
  public ConfigFile object(String key) {
    JsonNode value = typed(key, required(key), JsonNode::isObject, "an object");
    return new ConfigFile(file, prefix + key + ".", value);
  }

  /**
   * Returns a string.
   *
   * @param key a required key
   * @return the string
   */
  public String text(String key) {
    return text(key, required(key));
  }

  /**
   * Returns a string.
   *
   * @param key the key
   * @param absent what to return if the key has no value
   * @return the string
   */
  public String text(String key, String absent) {
    return has(key) ? text(key) : absent;
  }

  /**
   * Returns an integer.
   *
   * @param key a required key
   * @return the integer
   */
  public int integer(String key) {
    return integer(key, required(key));
  }

  /**
   * Returns an integer.
   *
   * @param key the key
   * @param absent what to return if the key has no value
   * @return the integer
   */
  public int integer(String key, int absent) {
    return has(key) ? integer(key) : absent;
  }

  /**
   * Returns a number.
   *
   * @param key a required key
   * @return the number, which may be NaN or infinite if the file says so explicitly
   */
  public double number(String key) {
    return number(key, required(key));
  }

  /**
   * Returns a list of numbers.
   *
   * @param key a required key
   * @return an unmodifiable list
   */
  public List<Double> numbers(String key) {
    return list(key, required(key), this::number);
  }

  /**
   * Returns a number.
   *
   * @param key the key
   * @param absent what to return if the key has no value
   * @return the number, which may be NaN or infinite if the file says so explicitly
   */
  public double number(String key, double absent) {
    return has(key) ? number(key) : absent;
  }

  /**
   * Returns a boolean.
   *
   * @param key a required key
   * @return the value
   */
  public boolean flag(String key) {
    return typed(key, required(key), JsonNode::isBoolean, "true or false").booleanValue();
  }

  /**
   * Returns a boolean.
   *
   * @param key the key
   * @param absent what to return if the key has no value
   * @return the value
   */
  public boolean flag(String key, boolean absent) {
    return has(key) ? flag(key) : absent;
  }

  /**
   * Returns a string, number or boolean as text, for files whose writers disagree about the type.
   *
   * @param key the key
   * @param absent what to return if the key has no value
   * @return the text
   */
  public String scalar(String key, String absent) {
    return has(key)
        ? typed(key, root.path(key), JsonNode::isValueNode, "a string, number or boolean").asText()
        : absent;
  }

  /**
   * Returns a list of integers.
   *
   * @param key a required key
   * @return an unmodifiable list
   */
  public List<Integer> integers(String key) {
    return list(key, required(key), this::integer);
  }

  /**
   * Returns a list of integers.
   *
   * @param key the key
   * @param absent what to return if the key has no value
   * @return an unmodifiable list
   */
  public List<Integer> integers(String key, List<Integer> absent) {
    return has(key) ? integers(key) : List.copyOf(absent);
  }

  /**
   * Returns a list of lists of integers.
   *
   * @param key a required key
   * @return an unmodifiable list of unmodifiable lists
   */
  public List<List<Integer>> integerLists(String key) {
    return list(key, required(key), (path, value) -> list(path, value, this::integer));
  }

  /**
   * Returns a list of lists of integers.
   *
   * @param key the key
   * @param absent what to return if the key has no value
   * @return an unmodifiable list of unmodifiable lists
   */
  public List<List<Integer>> integerLists(String key, List<List<Integer>> absent) {
    return has(key) ? integerLists(key) : absent.stream().map(List::copyOf).toList();
  }

  /**
   * Returns a list of strings.
   *
   * @param key a required key
   * @return an unmodifiable list
   */
  public List<String> texts(String key) {
    return list(key, required(key), this::text);
  }

  /**
   * Returns a list of strings.
   *
   * @param key the key
   * @param absent what to return if the key has no value
   * @return an unmodifiable list
   */
  public List<String> texts(String key, List<String> absent) {
    return has(key) ? texts(key) : List.copyOf(absent);
  }

  /**
   * Returns a list of strings. The file may contain a single text instead, which is repeated.
   *
   * @param key the key
   * @param absent the single text to use if the key has no value
   * @param count how often a single text is repeated
   * @return an unmodifiable list
   */
  public List<String> textOrTexts(String key, String absent, int count) {
    return has(key) && root.path(key).isArray()
        ? texts(key)
        : Collections.nCopies(count, text(key, absent));
  }

  private String text(String path, JsonNode value) {
    return typed(path, value, JsonNode::isTextual, "a string").textValue();
  }

  private double number(String path, JsonNode value) {
    double number = typed(path, value, JsonNode::isNumber, "a number").doubleValue();
    if (Double.isInfinite(number) && !value.isDouble()) {
      throw refusal(path, "a 64-bit number", describe(value));
    }
    return number;
  }

  private int integer(String path, JsonNode value) {
    return typed(path, value, JsonNode::isInt, "a 32-bit integer").intValue();
  }

  private <T> List<T> list(String path, JsonNode value, BiFunction<String, JsonNode, T> element) {
    JsonNode array = typed(path, value, JsonNode::isArray, "an array");
    List<T> elements = new ArrayList<>();
    for (JsonNode each : array) {
      elements.add(element.apply(path + "[" + elements.size() + "]", each));
    }
    return List.copyOf(elements);
  }

  private JsonNode required(String key) {
    if (!has(key)) {
      throw refusal(key, "a value", root.has(key) ? "null" : "no such key");
    }
    return root.path(key);
  }

  private JsonNode typed(String path, JsonNode value, Predicate<JsonNode> type, String expected) {
    if (!type.test(value)) {
      throw refusal(path, expected, describe(value));
    }
    return value;
  }

  private CheckpointException refusal(String path, String expected, String got) {
    return new CheckpointException(
        "%s: key '%s': expected %s, got %s".formatted(file, prefix + path, expected, got));
  }

  private static String describe(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> "an object";
      case ARRAY -> "an array of size " + value.size();
      case STRING -> '"' + QuotedText.clip(value.textValue()) + '"';
      default -> QuotedText.clip(value.asText());
    };
  }
}
