package dev.sana4j.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Fills a record from a tree and collects all problems instead of stopping at the first. */
final class RecipeReader {
  private static final int SHOWN_PROBLEMS = 20;
  private static final int MAX_SHOWN = 60;

  private final Place place;
  private final Overrides overrides;
  private final Class<?> root;
  private final List<String> problems = new ArrayList<>();
  private final List<RuntimeException> refusals = new ArrayList<>();

  /**
   * Source of a config.
   *
   * @param source its name, for messages
   * @param folder base folder of relative paths
   * @param models finds models that are not folders
   */
  record Place(String source, Path folder, ModelPaths models) {}

  private RecipeReader(Place place, Overrides overrides, Class<?> root) {
    this.place = place;
    this.overrides = overrides;
    this.root = root;
  }

  /**
   * Reads a record.
   *
   * @throws RecipeException if the config is invalid; the message lists all problems
   */
  static <T extends Record> T read(
      JsonNode tree, Place place, List<String> overrides, Class<T> type) {
    if (!tree.isObject() && !tree.isNull()) {
      throw new RecipeException(
          place.source() + " must contain keys with values, such as 'steps: 1000'");
    }
    ObjectNode mapping =
        tree instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
    var reader = new RecipeReader(place, Overrides.apply(overrides, mapping), type);
    Object read = reader.block(mapping, type, RecipeKey.of(type), "");
    if (read == null) {
      throw reader.exception();
    }
    return type.cast(read);
  }

  /** Returns the record, or null after problems. */
  private @Nullable Object block(JsonNode node, Class<?> type, List<RecipeKey> keys, String path) {
    if (!node.isObject()) {
      return problem(path, "must be a block of keys, but is " + shown(node));
    }
    int before = problems.size();
    node.fieldNames().forEachRemaining(name -> requireKnown(name, keys, path));
    List<@Nullable Object> values = new ArrayList<>();
    keys.forEach(key -> values.add(value(node, key, path)));
    return problems.size() > before ? null : construct(type, values.iterator(), keys, path);
  }

  private void requireKnown(String name, List<RecipeKey> keys, String path) {
    List<String> known = keys.stream().map(RecipeKey::name).toList();
    if (known.contains(name)) {
      return;
    }
    String full = join(path, name);
    String hint =
        NearestName.of(name, known)
            .or(() -> elsewhere(RecipeKey.snakeCase(name), root, ""))
            .map(near -> "did you mean '" + near + "'?")
            .orElse("the keys here are " + String.join(", ", known));
    problems.add("unknown key '" + full + "' in " + source(full) + "; " + hint);
  }

  /** Finds a key by its name anywhere in the config, in case it is in the wrong block. */
  private static Optional<String> elsewhere(String name, Class<?> type, String path) {
    for (RecipeKey key : RecipeKey.of(type)) {
      String full = join(path, key.name());
      if (key.name().equals(name)) {
        return Optional.of(full);
      }
      Class<?> block = key.block();
      Optional<String> found =
          block == null || key.isList() ? Optional.empty() : elsewhere(name, block, full);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private @Nullable Object value(JsonNode parent, RecipeKey key, String path) {
    String full = join(path, key.name());
    JsonNode node = parent.path(key.name());
    String fallback = key.fallback();
    if (node.isMissingNode() || (node.isNull() && (key.isBlock() || fallback == null))) {
      if (fallback == null) {
        problems.add("the required key '" + full + "' is missing in " + source(""));
        return null;
      }
      node = YamlTree.parse(fallback, "the default of '" + full + "'");
    }
    if (node.isNull() && key.nullable()) {
      return null;
    }
    Object value = convert(node, key.type(), key.inside(), full);
    return key.annotation().model() && value instanceof Path found
        ? model(node.asText(), found)
        : value;
  }

  /** An existing file or folder takes precedence over a name. */
  private Path model(String name, Path path) {
    String found = Files.exists(path) ? path.toString() : name;
    return place.models().folder(found).orElse(path);
  }

  private @Nullable Object convert(JsonNode node, Type type, List<RecipeKey> inside, String path) {
    if (node.isNull()) {
      return problem(path, "is empty; give a value or remove the key");
    }
    if (type instanceof ParameterizedType list) {
      return list(node, list.getActualTypeArguments()[0], inside, path);
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isRecord()) {
      return block(node, plain, inside, path);
    }
    if (!node.isTextual()) {
      return problem(path, "must be a single value, but is " + shown(node));
    }
    try {
      Path base = overrides.cover(path) ? Path.of("").toAbsolutePath() : place.folder();
      return Scalar.parse(node.textValue(), plain, base);
    } catch (IllegalArgumentException e) {
      return problem(path, e.getMessage() + ", but is " + shown(node));
    }
  }

  private @Nullable Object list(JsonNode node, Type element, List<RecipeKey> inside, String path) {
    if (!node.isArray()) {
      return problem(path, "must be a list such as [a, b], but is " + shown(node));
    }
    int before = problems.size();
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      values.add(convert(node.path(i), element, inside, join(path, String.valueOf(i))));
    }
    return problems.size() > before ? null : Collections.unmodifiableList(values);
  }

  /**
   * Consumes the values of the components in turn, with those of an inlined record in its place.
   */
  private @Nullable Object construct(
      Class<?> type, Iterator<@Nullable Object> values, List<RecipeKey> keys, String path) {
    int before = problems.size();
    List<@Nullable Object> arguments = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      arguments.add(
          component.isAnnotationPresent(Inline.class)
              ? construct(component.getType(), values, keys, path)
              : values.next());
    }
    if (problems.size() > before) {
      return null;
    }
    try {
      return Records.create(type, arguments.toArray());
    } catch (RecipeException e) {
      throw e;
    } catch (RuntimeException refusal) {
      refusals.add(refusal);
      return refused(String.valueOf(refusal.getMessage()), keys, path);
    }
  }

  /**
   * Adds a problem; if the message begins with the name of a key of the record, it gets the key's
   * whole path.
   */
  private @Nullable Object refused(String message, List<RecipeKey> keys, String path) {
    for (RecipeKey key : keys) {
      for (String name : List.of(key.name(), key.component().getName())) {
        if (message.startsWith(name + " ")) {
          return problem(join(path, key.name()), message.substring(name.length() + 1));
        }
      }
    }
    return path.isEmpty()
        ? add(place.source() + ": " + message)
        : problem(path, "is not valid: " + message);
  }

  private @Nullable Object problem(String path, String text) {
    return add("'" + path + "' in " + source(path) + " " + text);
  }

  private @Nullable Object add(String problem) {
    problems.add(problem);
    return null;
  }

  private String source(String path) {
    return overrides.cover(path) ? Overrides.SOURCE : place.source();
  }

  private RecipeException exception() {
    var exception = new RecipeException(message());
    refusals.forEach(exception::addSuppressed);
    return exception;
  }

  private String message() {
    if (problems.size() == 1) {
      return problems.get(0);
    }
    var message = new StringBuilder(problems.size() + " problems:");
    for (int i = 0; i < Math.min(problems.size(), SHOWN_PROBLEMS); i++) {
      message.append(i == 0 ? " (" : "; (").append(i + 1).append(") ").append(problems.get(i));
    }
    int more = problems.size() - SHOWN_PROBLEMS;
    return message + (more > 0 ? "; and " + more + " more" : "");
  }

  private static String shown(JsonNode node) {
    if (node.isObject()) {
      return "a block of keys";
    }
    if (node.isArray()) {
      return "a list";
    }
    String text = node.asText().replaceAll("\\p{Cntrl}", " ");
    return "'" + (text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "..." : text) + "'";
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
