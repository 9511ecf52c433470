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
import dev.sana4j.pipeline.request.LoraChoice;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How an image was made, as kept in its metadata.
 *
 * @param model the model folder, as it was named
 * @param dtype what the networks computed in
 * @param adapters LoRA adapters of the transformer, in the order they were added
 * @param controlNet folder of a separate ControlNet, as it was named; empty if none was
 * @param request for this image alone
 */
public record ImageProvenance(
    String model,
    String dtype,
    List<LoraChoice> adapters,
    String controlNet,
    GenerationRequest request) {
  private static final String KEY = "sana4j";
  private static final int LONGEST = 1 << 20;
  private static final int DEEPEST = 16;
  private static final ObjectMapper JSON =
      StrictJson.bounded(DEEPEST)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /**
   * Of an image of a model without adapters.
   *
   * @param model the model folder, as it was named
   * @param dtype what the networks computed in
   * @param request for this image alone
   */
  public ImageProvenance(String model, String dtype, GenerationRequest request) {
    this(model, dtype, List.of(), "", request);
  }

  /** Keeps a copy of the list. */
  public ImageProvenance {
    adapters = List.copyOf(adapters);
  }

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
   * Reads it from an image, also one of an earlier version, which names neither task nor guidance
   * limits nor adapters.
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
      addWhatEarlierVersionsLack(json);
      ImageProvenance read = JSON.treeToValue(json, ImageProvenance.class);
      if (read == null) {
        throw new RequestException(png + " holds a request that cannot be read: it is null");
      }
      return read;
    } catch (JsonProcessingException e) {
      throw new RequestException(png + " holds a request that cannot be read: " + reason(e));
    }
  }

  /** Images of earlier versions do not name what there was no choice of then. */
  private static void addWhatEarlierVersionsLack(JsonNode json) {
    if (json instanceof ObjectNode image) {
      image.putIfAbsent("adapters", JSON.createArrayNode());
      image.putIfAbsent("controlNet", TextNode.valueOf(""));
    }
    if (json.get("request") instanceof ObjectNode request) {
      request.putIfAbsent("guidanceLimits", JSON.valueToTree(GuidanceLimits.NONE));
      request.putIfAbsent("task", JSON.valueToTree(Task.textToImage()));
    }
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
