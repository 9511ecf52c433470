package dev.sana4j.recipe;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Untrusted YAML as a tree of mappings, lists, texts and nulls; scalars are converted later by
 * type.
 */
final class YamlTree {
  /** The longest text that is read, in characters. */
  static final int MAX_CHARS = 1 << 20;

  private static final int MAX_DEPTH = 32;

  private static final YAMLFactory YAML = new YAMLFactory();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final YAMLParser parser;
  private final String source;

  private YamlTree(YAMLParser parser, String source) {
    this.parser = parser;
    this.source = source;
  }

  /**
   * Parses a text.
   *
   * @param source where the text comes from, for messages
   * @return the tree, null (as a node) for an empty text
   * @throws RecipeException if it is not one document of plain YAML, or too large or too deep
   */
  static JsonNode parse(String text, String source) {
    if (text.length() > MAX_CHARS) {
      throw new RecipeException(
          source + " has " + text.length() + " characters; a config has at most " + MAX_CHARS);
    }
    String unmarked = text.startsWith("\uFEFF") ? text.substring(1) : text;
    try (YAMLParser parser = YAML.createParser(unmarked)) {
      var tree = new YamlTree(parser, source);
      JsonNode root = tree.node(parser.nextToken(), 0);
      if (parser.nextToken() != null) {
        throw tree.refusal("contains more than one document; keep one");
      }
      return root;
    } catch (JacksonException e) {
      throw new RecipeException(source + at(e.getLocation()) + ": " + reason(e), e);
    } catch (IOException e) {
      throw new RecipeException(source + " cannot be read: " + e.getMessage(), e);
    }
  }

  private JsonNode node(@Nullable JsonToken token, int depth) throws IOException {
    if (token == null) {
      return NODES.nullNode();
    }
    if (parser.isCurrentAlias()) {
      throw refusal("uses an alias (*), which is not supported; write the value out");
    }
    if (parser.getTypeId() != null) {
      throw refusal("uses a tag (!), which is not supported; remove it");
    }
    if (depth > MAX_DEPTH) {
      throw refusal("is nested deeper than " + MAX_DEPTH + " levels");
    }
    return switch (token) {
      case START_OBJECT -> mapping(depth);
      case START_ARRAY -> list(depth);
      case VALUE_NULL -> NODES.nullNode();
      default -> NODES.textNode(parser.getText());
    };
  }

  private ObjectNode mapping(int depth) throws IOException {
    ObjectNode mapping = NODES.objectNode();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      if (mapping.has(key)) {
        throw refusal("has the key '" + key + "' twice; keep one");
      }
      mapping.set(key, node(parser.nextToken(), depth + 1));
    }
    return mapping;
  }

  private ArrayNode list(int depth) throws IOException {
    ArrayNode list = NODES.arrayNode();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      list.add(node(token, depth + 1));
    }
    return list;
  }

  private RecipeException refusal(String reason) {
    return new RecipeException(source + at(parser.currentTokenLocation()) + " " + reason);
  }

  private static String at(@Nullable JsonLocation location) {
    return location == null ? "" : " line " + location.getLineNr();
  }

  /** The last line that is not a quotation of the text, which is indented. */
  private static String reason(JacksonException error) {
    return error
        .getOriginalMessage()
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith(" "))
        .reduce("not YAML", (before, line) -> line);
  }
}
