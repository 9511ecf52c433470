package dev.sana4j.measure.objects;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sana4j.files.FileException;
import dev.sana4j.files.StrictJson;
import dev.sana4j.measure.MeasureException;
import dev.sana4j.measure.objects.Detection.Box;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Detections in files: {@code 000001.json} for the image {@code 000001.png}. A file has a list of
 * objects with {@code class}, {@code score}, {@code box} (left, top, right, bottom) and, if known,
 * {@code color}.
 *
 * @param folder the folder of the files
 */
public record DetectionFolder(Path folder) implements Detector {
  private static final int MAX_BYTES = 4 << 20;
  private static final int MAX_DEPTH = 8;
  private static final int MAX_DETECTIONS = 10_000;
  private static final JsonMapper JSON = StrictJson.bounded(MAX_DEPTH).build();

  @Override
  public void prepare(Path images) {}

  @Override
  public List<Detection> of(Path image) {
    Path file = folder.resolve(stem(image) + ".json");
    List<Detection> found = new ArrayList<>();
    JsonNode list = read(file);
    if (!list.isArray() || list.size() > MAX_DETECTIONS) {
      throw new MeasureException(
          file + ": expected a list of at most " + MAX_DETECTIONS + " detections");
    }
    for (JsonNode each : list) {
      found.add(detection(file, each));
    }
    return found;
  }

  private static String stem(Path image) {
    String name = String.valueOf(image.getFileName());
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  private static JsonNode read(Path file) {
    try {
      byte[] bytes = StrictJson.read(file, MAX_BYTES);
      return JSON.readTree(new String(bytes, StandardCharsets.UTF_8));
    } catch (FileException e) {
      throw new MeasureException(String.valueOf(e.getMessage()), e);
    } catch (JsonProcessingException e) {
      throw new MeasureException(file + ": " + StrictJson.reason(e), e);
    }
  }

  private static Detection detection(Path file, JsonNode node) {
    JsonNode box = node.path("box");
    boolean isBox = box.isArray() && box.size() == 4;
    for (JsonNode edge : box) {
      isBox &= edge.isNumber() && Double.isFinite(edge.doubleValue());
    }
    if (!isBox || !node.path("class").isTextual() || !node.path("score").isNumber()) {
      throw new MeasureException(
          file + ": a detection needs class, score and box (left, top, right, bottom)");
    }
    return new Detection(
        node.path("class").asText(),
        node.path("score").doubleValue(),
        new Box(
            box.get(0).doubleValue(),
            box.get(1).doubleValue(),
            box.get(2).doubleValue(),
            box.get(3).doubleValue()),
        color(node));
  }

  private static @Nullable String color(JsonNode node) {
    return node.path("color").isTextual() ? node.path("color").asText() : null;
  }
}
