package dev.sana4j.server.mcp;

import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.server.http.RequestDefaults;
import dev.sana4j.server.http.RequestFields;
import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.http.ServedModels;
import dev.sana4j.server.jobs.JobOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;

/** Reads the arguments of a tool; refuses unknown ones, since the assistant meant something. */
final class ToolOrders {
  static final double EDIT_STRENGTH = 0.5;
  static final double UPSCALE_STRENGTH = 0.2;

  private static final int QUALITY = 90;

  private static final Set<String> SHARED = Set.of("model", "prompt", "steps", "seed", "format");
  private static final Set<String> GENERATE =
      Set.of("negative_prompt", "width", "height", "guidance", "count", "best_of");
  private static final Set<String> EDIT = Set.of("image", "mask", "strength");
  private static final Set<String> UPSCALE = Set.of("image", "factor", "strength");

  private final Supplier<ImageEngine> engine;
  private final ToolImages images;

  ToolOrders(Supplier<ImageEngine> engine, ToolImages images) {
    this.engine = engine;
    this.images = images;
  }

  JobOrder order(ToolName tool, RequestFields fields) {
    fields.requireKnown(known(tool));
    String name = fields.text("model", "", ServedModels.LONGEST_NAME);
    RequestDefaults model = engine.get().models().named("model", name);
    Task task = task(tool, fields, model);
    String format = fields.choice("format", "png", List.of("png", "jpeg"));
    GenerationRequest request = request(fields, model, task);
    return new JobOrder(
            model.card().id(),
            request,
            ImageFormat.valueOf(format.toUpperCase(Locale.ROOT)),
            QUALITY,
            0,
            model.limits().deadline(),
            true)
        .awaitedByClient()
        .withBestOf(model.bestOf(fields, request.images(), request.prompts().get(0)));
  }

  static Set<String> known(ToolName tool) {
    Set<String> known = new HashSet<>(SHARED);
    switch (tool) {
      case GENERATE_IMAGE -> known.addAll(GENERATE);
      case EDIT_IMAGE -> {
        known.addAll(GENERATE);
        known.addAll(EDIT);
      }
      case UPSCALE_IMAGE -> known.addAll(UPSCALE);
      case LIST_MODELS -> known.clear();
    }
    return known;
  }

  private Task task(ToolName tool, RequestFields fields, RequestDefaults model) {
    return switch (tool) {
      case EDIT_IMAGE -> edit(fields);
      case UPSCALE_IMAGE -> upscale(fields, model);
      case GENERATE_IMAGE, LIST_MODELS -> Task.textToImage();
    };
  }

  private Task edit(RequestFields fields) {
    boolean masked = fields.has("mask");
    double strength = fields.number("strength", masked ? 1 : EDIT_STRENGTH, 0.01, 1);
    RgbImage image = images.image(fields, "image");
    return masked
        ? Task.inpaint(image, images.mask(fields, "mask"), strength)
        : Task.imageToImage(image, strength);
  }

  private Task upscale(RequestFields fields, RequestDefaults model) {
    long factor = fields.integer("factor", 2, 2, 4);
    if (factor == 3) {
      throw RequestProblem.field("factor", "factor 3 is not 2 or 4");
    }
    double strength = fields.number("strength", UPSCALE_STRENGTH, 0.01, 1);
    Task.Upscale task = Task.upscale(images.image(fields, "image"), (int) factor, strength);
    ImageSize size = task.size();
    model.size("factor", size.width(), size.height());
    return task;
  }

  private static GenerationRequest request(
      RequestFields fields, RequestDefaults defaults, Task task) {
    GenerationRequest own = defaults.card().defaults();
    int count = (int) fields.integer("count", 1, 1, defaults.limits().count());
    int steps = defaults.card().steps(task.editsImage());
    int most = defaults.limits().steps();
    return defaults
        .request(prompt(fields, defaults, task), defaults.prompt(fields, "negative_prompt"))
        .size(size(fields, defaults, task))
        .steps((int) fields.integer("steps", Math.min(steps, most), 1, most))
        .guidance(fields.number("guidance", own.guidance(), 0, 100))
        .seed(
            fields.integer(
                "seed",
                RequestDefaults.anySeed(),
                0,
                RequestDefaults.LARGEST_SEED - defaults.limits().count()))
        .imagesPerPrompt(count)
        .task(task)
        .build();
  }

  private static String prompt(RequestFields fields, RequestDefaults defaults, Task task) {
    String prompt = defaults.prompt(fields, "prompt");
    if (prompt.isBlank() && !task.editsImage()) {
      throw RequestProblem.field(
          "prompt", "the prompt is empty; describe what the image should show");
    }
    return prompt;
  }

  private static ImageSize size(RequestFields fields, RequestDefaults defaults, Task task) {
    if (task instanceof Task.Upscale upscale) {
      return upscale.size();
    }
    if (fields.has("width") != fields.has("height")) {
      throw RequestProblem.field(
          fields.has("width") ? "height" : "width", "give both width and height, or neither");
    }
    if (fields.has("width")) {
      return defaults.size(
          "width",
          fields.integer("width", 1, 1, ImageSize.MAX_SIDE),
          fields.integer("height", 1, 1, ImageSize.MAX_SIDE));
    }
    return task.inputs().isEmpty()
        ? defaults.card().defaults().size()
        : defaults.sizeLike(task.inputs().get(0).size());
  }
}
