package dev.sana4j.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sana4j.files.StrictJson;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.GuidanceLimits;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;
import java.nio.file.Path;
import java.util.Map;

/**
 * How an image was made, as kept in its metadata.
 *
 * @param model the model folder, as it was named
 * @param dtype what the networks computed in
 * @param request for this image only
 */
public record ImageProvenance(String model, String dtype, GenerationRequest request) {
  private static final String KEY = "sana4j";
  private static final int LONGEST = 1 << 20;
  private static final int DEEPEST = 16;
  private static final ObjectMapper JSON =
      StrictJson.bounded(DEEPEST)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /**
   * As text chunks of a PNG.
   *
   * @return key and JSON
   */
  public Map<String, String> texts() {
    return Map.of(KEY, json());
  }

  /**
   * As JSON.
   *
   * @return indented
   */
  public String json() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads it from an image, also one of an earlier version.
   *
   * @param png a PNG that sana4j wrote
   * @return how it was made
   * @throws RequestException if the image does not say so
   */
  public static ImageProvenance read(Path png) {
    String text = ImageFiles.readTexts(png).get(KEY);
    if (text == null) {
      throw new RequestException(png + " does not say how it was made: it holds no sana4j request");
    }
    if (text.length() > LONGEST) {
      throw new RequestException(png + " holds a request of " + text.length() + " characters");
    }
    try {
      JsonNode json = JSON.readTree(text);
      upgrade(json);
      ImageProvenance read = JSON.treeToValue(json, ImageProvenance.class);
      if (read == null) {
        throw new RequestException(png + " holds a request that cannot be read: it is null");
      }
      return read;
    } catch (JsonProcessingException e) {
      throw new RequestException(png + " holds a request that cannot be read: " + reason(e));
    }
  }

  /** Earlier versions lack some values, and name adapters and ControlNet beside the request. */
  private static void upgrade(JsonNode json) {
    if (!(json instanceof ObjectNode image && image.get("request") instanceof ObjectNode request)) {
      return;
    }
    request.putIfAbsent("guidanceLimits", JSON.valueToTree(GuidanceLimits.NONE));
    request.putIfAbsent("task", JSON.valueToTree(Task.textToImage()));
    move(image, "adapters", request, "adapters", JSON.createArrayNode());
    if (request.get("task") instanceof ObjectNode task
        && task.path("kind").asText().equals("control")) {
      move(image, "controlNet", task, "network", TextNode.valueOf(""));
    }
    image.remove("controlNet");
  }

  private static void move(
      ObjectNode from, String name, ObjectNode to, String newName, JsonNode absent) {
    JsonNode value = from.remove(name);
    to.putIfAbsent(newName, value == null ? absent : value);
  }

  /** What a constructor refused, in its own words. */
  private static String reason(JsonProcessingException error) {
    if (error.getCause() instanceof NullPointerException) {
      return "a list holds null";
    }
    return error.getCause() instanceof RequestException refusal
        ? String.valueOf(refusal.getMessage())
        : error.getOriginalMessage();
  }
}
