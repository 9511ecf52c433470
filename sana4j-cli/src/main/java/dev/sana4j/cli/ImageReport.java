package dev.sana4j.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.files.StrictJson;
import dev.sana4j.measure.BestOf;
import dev.sana4j.pipeline.GeneratedImage;
import dev.sana4j.pipeline.request.GenerationRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code --json} prints about an image, apart from its request.
 *
 * @param line its line in a list of prompts; null without a list
 * @param seconds time that it took
 * @param notes lines for the user
 * @param choice how it was chosen; null if it is the only one
 */
record ImageReport(
    @Nullable Long line, double seconds, List<String> notes, BestOf.@Nullable Choice choice) {
  private static final double MILLIS = 1e3;

  /** Returns the notes of a request and those that its generation added. */
  static List<String> joined(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  /** Returns one line with a JSON object in UTF-8. */
  byte[] json(GeneratedImage image, Path file) {
    GenerationRequest request = image.request();
    ObjectNode object = StrictJson.mapper().createObjectNode().put("file", file.toString());
    if (line != null) {
      object.put("line", line);
    }
    object
        .put("prompt", request.prompts().get(0))
        .put("negative_prompt", request.negativePrompt())
        .put("seed", request.seed())
        .put("width", image.pixels().width())
        .put("height", image.pixels().height())
        .put("steps", request.steps())
        .put("guidance_scale", request.guidance())
        .put("model", image.provenance().model())
        .put("dtype", image.provenance().dtype())
        .put("seconds", Math.round(seconds * MILLIS) / MILLIS);
    if (choice != null) {
      object
          .put("judge", choice.judge())
          .put("score", choice.best().score())
          .put("best_of", choice.dropped().size() + 1);
    }
    notes.forEach(object.putArray("notes")::add);
    try {
      String text = StrictJson.mapper().writeValueAsString(object);
      return (text + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
