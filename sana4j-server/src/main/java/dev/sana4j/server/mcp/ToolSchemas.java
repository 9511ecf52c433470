package dev.sana4j.server.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.server.http.Json;
import dev.sana4j.server.http.RequestDefaults;
import dev.sana4j.server.jobs.Limits;
import dev.sana4j.server.jobs.ModelCard;
import java.util.Set;

/** JSON Schemas of the arguments of tools, with the defaults and limits of the default model. */
final class ToolSchemas {
  private final RequestDefaults defaults;
  private final boolean hasFolder;

  ToolSchemas(RequestDefaults defaults, boolean hasFolder) {
    this.defaults = defaults;
    this.hasFolder = hasFolder;
  }

  ObjectNode of(ToolName tool) {
    ObjectNode schema = Json.object().put("type", "object").put("additionalProperties", false);
    ObjectNode properties = schema.putObject("properties");
    Set<String> known = ToolOrders.known(tool);
    descriptions(tool)
        .properties()
        .forEach(
            entry -> {
              if (known.contains(entry.getKey())) {
                properties.set(entry.getKey(), entry.getValue());
              }
            });
    switch (tool) {
      case GENERATE_IMAGE -> schema.putArray("required").add("prompt");
      case EDIT_IMAGE, UPSCALE_IMAGE -> schema.putArray("required").add("image");
      case LIST_MODELS -> {}
    }
    return schema;
  }

  private ObjectNode descriptions(ToolName tool) {
    ObjectNode all = Json.object();
    addInputs(all, tool);
    addTexts(all);
    addSize(all, tool);
    addNumbers(all, tool);
    addChoices(all);
    return all;
  }

  private void addInputs(ObjectNode all, ToolName tool) {
    String ways =
        "the image:NAME of an earlier result, base64, or a data URI"
            + (hasFolder ? "; or file:NAME, a file in the folder of the user" : "");
    String image = tool == ToolName.EDIT_IMAGE ? "Image to modify: " : "Image to enlarge: ";
    text(all, "image", image + ways + ".");
    text(
        all,
        "mask",
        "Selects the part to regenerate: white is regenerated, black stays unchanged. An image of"
            + " the same size, given like image.");
    all.putObject("factor")
        .put("type", "integer")
        .put("description", "Scale factor, 2 or 4.")
        .put("default", 2)
        .putArray("enum")
        .add(2)
        .add(4);
  }

  private void addTexts(ObjectNode all) {
    int longest = defaults.limits().promptCharacters();
    text(all, "prompt", "What the image should show, in English.").put("maxLength", longest);
    boolean ignored = defaults.card().sprint();
    text(
            all,
            "negative_prompt",
            "What the image should not show." + (ignored ? " This model ignores it." : ""))
        .put("maxLength", longest);
  }

  private void addSize(ObjectNode all, ToolName tool) {
    ModelCard card = defaults.card();
    ImageSize own = card.defaults().size();
    String rule =
        " in pixels; give both sides or neither. The model was trained for %s.".formatted(own);
    ObjectNode width = side(all, "width", "Width" + rule);
    ObjectNode height = side(all, "height", "Height" + rule);
    if (tool == ToolName.GENERATE_IMAGE) { // an edited image has the size of the input
      width.put("default", own.width());
      height.put("default", own.height());
    }
  }

  private static ObjectNode side(ObjectNode all, String name, String description) {
    return integer(all, name, description, 1, ImageSize.MAX_SIDE);
  }

  private void addNumbers(ObjectNode all, ToolName tool) {
    Limits limits = defaults.limits();
    GenerationRequest own = defaults.card().defaults();
    integer(all, "steps", "Denoising steps; the default suits the model.", 1, limits.steps());
    number(all, "guidance", "How closely the image follows the prompt.", 0, 100)
        .put("default", own.guidance());
    integer(
        all,
        "seed",
        "Seed of the noise, for the same image again. Random by default.",
        0,
        RequestDefaults.LARGEST_SEED - limits.count());
    integer(all, "count", "Number of images.", 1, limits.count()).put("default", 1);
    if (limits.bestOf() > 1) {
      String candidates =
          "Number of candidates that are made for each image; a judge keeps the best one.";
      integer(all, "best_of", candidates, 1, limits.bestOf()).put("default", 1);
    }
    boolean upscales = tool == ToolName.UPSCALE_IMAGE;
    String strength =
        upscales
            ? "How much the enlarged image changes."
            : "How much the image changes; 1 replaces it. The default is 0.5, with a mask 1.";
    ObjectNode number = number(all, "strength", strength, 0.01, 1);
    if (upscales) {
      number.put("default", ToolOrders.UPSCALE_STRENGTH);
    }
  }

  private void addChoices(ObjectNode all) {
    ObjectNode format = text(all, "format", "File format; JPEG is smaller.").put("default", "png");
    format.putArray("enum").add("png").add("jpeg");
    ObjectNode model = text(all, "model", "Model; see list_models.");
    model.put("default", defaults.card().id());
  }

  private static ObjectNode text(ObjectNode all, String name, String description) {
    return all.putObject(name).put("type", "string").put("description", description);
  }

  private static ObjectNode integer(
      ObjectNode all, String name, String description, long least, long most) {
    return all.putObject(name)
        .put("type", "integer")
        .put("description", description)
        .put("minimum", least)
        .put("maximum", most);
  }

  private static ObjectNode number(
      ObjectNode all, String name, String description, double least, double most) {
    return all.putObject(name)
        .put("type", "number")
        .put("description", description)
        .put("minimum", least)
        .put("maximum", most);
  }
}
