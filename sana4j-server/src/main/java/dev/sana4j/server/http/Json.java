package dev.sana4j.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.files.StrictJson;
import dev.sana4j.server.http.RequestProblem.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Reads and writes JSON of bounded depth. */
public final class Json {
  private static final int DEEPEST = 64;

  private static final ObjectMapper MAPPER =
      StrictJson.bounded(DEEPEST, Integer.MAX_VALUE) // the body is bounded
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /**
   * Returns a new object.
   *
   * @return empty
   */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /**
   * Reads an object.
   *
   * @param body of a request
   * @return the object
   * @throws RequestProblem if the body is not an object
   */
  public static ObjectNode parse(byte[] body) {
    try {
      JsonNode node = MAPPER.readTree(body);
      if (node instanceof ObjectNode object) {
        return object;
      }
      throw new RequestProblem(Kind.INVALID, "the body is not a JSON object");
    } catch (JsonProcessingException e) {
      throw new RequestProblem(Kind.INVALID, "the body is not valid JSON:  " + firstLine(e));
    } catch (IOException e) {
      throw new RequestProblem(Kind.INVALID, "the body is not JSON in UTF-8");
    }
  }

  private static String firstLine(JsonProcessingException error) {
    String message = error.getOriginalMessage();
    return message.lines().findFirst().orElse("it cannot be parsed");
  }

  /**
   * Writes a tree.
   *
   * @param node with images as binary nodes
   * @return UTF-8
   */
  public static byte[] bytes(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (IOException e) {
      throw new UncheckedIOException("writing JSON to memory", e);
    }
  }

  /**
   * Writes a tree.
   *
   * @param node with images as binary nodes
   * @return one line
   */
  public static String text(JsonNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("writing JSON to memory", e);
    }
  }

  /**
   * Converts an object to a tree.
   *
   * @param value maps, lists, texts and numbers
   * @return the tree
   */
  public static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }
}
