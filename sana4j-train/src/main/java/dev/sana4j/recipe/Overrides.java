package dev.sana4j.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Command-line values, {@code key.path=value}, that replace those of a file. */
final class Overrides {
  static final String SOURCE = "the command line";

  private final List<String> paths = new ArrayList<>();

  private Overrides() {}

  /**
   * Applies overrides in their order; the last one of a key counts.
   *
   * @throws RecipeException if one is not {@code key.path=value} or its path passes through a plain
   *     value
   */
  static Overrides apply(List<String> overrides, ObjectNode root) {
    var applied = new Overrides();
    overrides.forEach(override -> applied.apply(override, root));
    return applied;
  }

  /** Returns whether the value at a path, or a part of the tree around it, was overridden. */
  boolean cover(String path) {
    return paths.stream().anyMatch(over -> path.equals(over) || path.startsWith(over + "."));
  }

  private void apply(String override, ObjectNode root) {
    int equals = override.indexOf('=');
    String path = override.substring(0, Math.max(0, equals)).strip();
    if (path.isEmpty()) {
      throw new RecipeException("'" + override + "' on the command line is not key.path=value");
    }
    JsonNode value = YamlTree.parse(override.substring(equals + 1), "the value of '" + path + "'");
    JsonNode node = root;
    String[] names = path.split("\\.", -1);
    for (int i = 0; i < names.length - 1; i++) {
      node = child(node, names[i], path);
    }
    set(node, names[names.length - 1], value, path);
    paths.add(path);
  }

  private static JsonNode child(JsonNode node, String name, String path) {
    if (node instanceof ObjectNode mapping) {
      JsonNode child = mapping.get(name);
      return child == null || child.isNull() ? mapping.putObject(name) : child;
    }
    return ((ArrayNode) list(node, name, path)).get(Integer.parseInt(name));
  }

  private static void set(JsonNode node, String name, JsonNode value, String path) {
    if (node instanceof ObjectNode mapping) {
      mapping.set(name, value);
    } else {
      ((ArrayNode) list(node, name, path)).set(Integer.parseInt(name), value);
    }
  }

  private static JsonNode list(JsonNode node, String index, String path) {
    boolean inside =
        node.isArray() && index.matches("\\d{1,6}") && Integer.parseInt(index) < node.size();
    if (!inside) {
      throw new RecipeException(
          "the key '" + path + "' on the command line does not exist at '" + index + "'");
    }
    return node;
  }
}
