package dev.sana4j.server.nativeapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.server.http.Json;
import dev.sana4j.server.http.RequestDefaults;
import dev.sana4j.server.jobs.Limits;
import dev.sana4j.server.jobs.ModelCard;

/** Writes the description of the model that the page needs. */
final class ModelJson {
  private ModelJson() {}

  static ObjectNode of(RequestDefaults defaults) {
    ModelCard card = defaults.card();
    ObjectNode json = Json.object().put("id", card.id());
    json.put("family", card.sprint() ? "sprint" : "sana").put("size_step", card.sizeStep());
    ArrayNode sizes = json.putArray("sizes");
    card.sizes()
        .forEach(
            (ratio, size) ->
                sizes
                    .addObject()
                    .put("ratio", ratio)
                    .put("width", size.width())
                    .put("height", size.height()));
    addDefaults(json.putObject("defaults"), card.defaults());
    addLimits(json.putObject("limits"), defaults.limits());
    json.put("useful_steps", Math.min(card.usefulSteps(), defaults.limits().steps()));
    json.putObject("features")
        .put("negative_prompt", !card.sprint())
        .put("image_to_image", true)
        .put("inpainting", true)
        .put("outpainting", true)
        .put("upscaling", true)
        .put("control", card.control())
        .put("previews", true);
    json.set("guide", card.guide() == null ? null : Json.tree(card.guide()));
    return json;
  }

  private static void addDefaults(ObjectNode json, GenerationRequest own) {
    json.put("width", own.size().width())
        .put("height", own.size().height())
        .put("steps", own.steps())
        .put("guidance", own.guidance())
        .put("strength", TaskFields.STRENGTH)
        .put("format", "png");
  }

  private static void addLimits(ObjectNode json, Limits limits) {
    json.put("prompt_characters", limits.promptCharacters())
        .put("count", limits.count())
        .put("best_of", limits.bestOf())
        .put("steps", limits.steps())
        .put("pixels", limits.pixels())
        .put("body_bytes", limits.bodyBytes())
        .put("deadline_seconds", limits.deadline().toMillis() / 1000.0);
  }
}
