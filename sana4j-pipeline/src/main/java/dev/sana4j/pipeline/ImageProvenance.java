package dev.sana4j.pipeline;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sana4j.files.StrictJson;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.GuidanceLimits;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.tensor.DType;
import java.nio.file.Path;
import java.util.Map;

/**
 * How an image was made, as stored in its metadata.
 *
 * @param model the model folder, as the user named it
 * @param dtype the precision of the networks
 * @param timestepScale the timestep scale of the transformer if it is not that of the model folder;
 *     otherwise 0
 * @param sampler the name of the sampler; empty if it is not known
 * @param request the request for this single image
 */
public record ImageProvenance(
    String model,
    String dtype,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) double timestepScale,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String sampler,
    GenerationRequest request) {
  private static final String KEY = "sana4j";
  private static final int LONGEST = 1 << 20;
  private static final int DEEPEST = 16;
  private static final ObjectMapper JSON =
      StrictJson.bounded(DEEPEST)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /** Checks the timestep scale. */
  public ImageProvenance {
    if (!(timestepScale >= 0 && timestepScale <= 1)) {
      throw new RequestException(
          "the timestep scale must be between 0 and 1, but was " + timestepScale);
    }
  }

  /**
   * Creates the provenance of an image with the timestep scale of the model folder and an unknown
   * sampler.
   *
   * @param model the model folder, as the user named it
   * @param dtype the precision of the networks
   * @param request the request for this single image
   */
  public ImageProvenance(String model, String dtype, GenerationRequest request) {
    this(model, dtype, 0, "", request);
  }

  /**
   * Returns the provenance of an image of a pipeline.
   *
   * @param pipeline the pipeline that generated it
   * @param model the name of the model
   * @param request the request for this single image
   * @return the provenance
   */
  public static ImageProvenance of(SanaPipeline pipeline, String model, GenerationRequest request) {
    return of(pipeline.config(), pipeline.dtype(), model, request);
  }

  static ImageProvenance of(
      ModelConfig config, DType dtype, String model, GenerationRequest request) {
    return new ImageProvenance(
        model, dtype.toString(), config.assumedTimestepScale(), config.sampler().label(), request);
  }

  /**
   * Returns the provenance as text chunks of a PNG: for sana4j, and for other programs.
   *
   * @return JSON and {@link Infotext} by keyword
   */
  public Map<String, String> texts() {
    return Map.of(KEY, json(), Infotext.KEYWORD, Infotext.of(request, model, sampler).text());
  }

  /**
   * Returns the provenance as JSON.
   *
   * @return indented JSON
   */
  public String json() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Returns whether an image contains a provenance, valid or not.
   *
   * @param png any PNG
   * @return false for an image of another program
   * @throws dev.sana4j.image.ImageException if it is not a PNG, or is damaged
   */
  public static boolean isIn(Path png) {
    return ImageFiles.readTexts(png).containsKey(KEY);
  }

  /**
   * Reads the provenance of an image; supports images of earlier versions.
   *
   * @param png a PNG that sana4j wrote
   * @return how it was made
   * @throws RequestException if the image contains no valid request
   */
  public static ImageProvenance read(Path png) {
    String text = ImageFiles.readTexts(png).get(KEY);
    if (text == null) {
      throw new RequestException(
          png + " contains no sana4j request; choose a PNG that sana4j wrote with metadata");
    }
    if (text.length() > LONGEST) {
      throw new RequestException(
          png + " contains a request of " + text.length() + " characters, which is too long");
    }
    try {
      JsonNode json = JSON.readTree(text);
      upgrade(json);
      ImageProvenance read = JSON.treeToValue(json, ImageProvenance.class);
      if (read == null) {
        throw new RequestException(png + " contains an invalid request:  it is null");
      }
      return read;
    } catch (JsonProcessingException e) {
      throw new RequestException(png + " contains an invalid request:  " + reason(e));
    }
  }

  /**
   * Converts metadata of earlier versions, which lack some values and store adapters and ControlNet
   * outside the request.
   */
  private static void upgrade(JsonNode json) {
    if (!(json instanceof ObjectNode image && image.get("request") instanceof ObjectNode request)) {
      return;
    }
    image.putIfAbsent("timestepScale", DoubleNode.valueOf(0));
    image.putIfAbsent("sampler", TextNode.valueOf(""));
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

  /** Returns the message of a constructor that refused a value, else that of the JSON parser. */
  private static String reason(JsonProcessingException error) {
    if (error.getCause() instanceof NullPointerException) {
      return "a list contains null";
    }
    return error.getCause() instanceof RequestException refusal
        ? String.valueOf(refusal.getMessage())
        : error.getOriginalMessage();
  }
}
