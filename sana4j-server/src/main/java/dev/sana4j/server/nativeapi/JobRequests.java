package dev.sana4j.server.nativeapi;

import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.server.http.RequestDefaults;
import dev.sana4j.server.http.RequestFields;
import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.http.SentImages;
import dev.sana4j.server.jobs.JobOrder;
import dev.sana4j.server.jobs.Limits;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads the request for a job of one model. */
final class JobRequests {
  static final double STRENGTH = 0.5;

  static final Set<String> FIELDS =
      Set.of(
          "model",
          "prompt",
          "negative_prompt",
          "width",
          "height",
          "steps",
          "guidance",
          "seed",
          "count",
          "format",
          "quality",
          "image",
          "mask",
          "strength",
          "previews",
          "deadline_seconds");

  private static final int PREVIEWS = 4;
  private static final int QUALITY = 95;

  private final RequestDefaults defaults;
  private final SentImages images;

  JobRequests(RequestDefaults defaults, SentImages images) {
    this.defaults = defaults;
    this.images = images;
  }

  JobOrder order(RequestFields fields) {
    fields.requireKnown(FIELDS);
    String format = fields.choice("format", "png", List.of("png", "jpeg", "webp"));
    double longest = defaults.limits().deadline().toMillis() / 1000.0;
    double seconds = fields.number("deadline_seconds", longest, 0.001, longest);
    return new JobOrder(
        defaults.card().id(),
        request(fields),
        ImageFormat.valueOf(format.toUpperCase(Locale.ROOT)),
        (int) fields.integer("quality", QUALITY, 1, 100),
        fields.flag("previews", false) ? PREVIEWS : 0,
        Duration.ofMillis((long) (seconds * 1000)),
        true,
        JobOrder.NO_TEXTS);
  }

  private GenerationRequest request(RequestFields fields) {
    Limits limits = defaults.limits();
    GenerationRequest own = defaults.card().defaults();
    int count = (int) fields.integer("count", 1, 1, limits.count());
    Task task = task(fields);
    return defaults
        .request(prompt(fields, task), defaults.prompt(fields, "negative_prompt"))
        .size(size(fields, task))
        .steps((int) fields.integer("steps", own.steps(), 1, limits.steps()))
        .guidance(fields.number("guidance", own.guidance(), 0, 100))
        .seed(
            fields.integer(
                "seed", RequestDefaults.anySeed(), 0, RequestDefaults.LARGEST_SEED - count))
        .imagesPerPrompt(count)
        .task(task)
        .build();
  }

  private String prompt(RequestFields fields, Task task) {
    String prompt = defaults.prompt(fields, "prompt");
    if (prompt.isBlank() && !task.editsImage()) {
      throw RequestProblem.field(
          "prompt", "the prompt is empty; describe what the image should show");
    }
    return prompt;
  }

  private ImageSize size(RequestFields fields, Task task) {
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

  private Task task(RequestFields fields) {
    boolean masked = fields.has("mask");
    if (!fields.has("image")) {
      if (masked || fields.has("strength")) {
        String field = masked ? "mask" : "strength";
        throw RequestProblem.field(field, field + " needs an image");
      }
      return Task.textToImage();
    }
    double strength = fields.number("strength", masked ? 1 : STRENGTH, 0.01, 1);
    RgbImage image = images.image("image", sent(fields, "image"));
    return masked
        ? Task.inpaint(image, images.mask("mask", sent(fields, "mask")), strength)
        : Task.imageToImage(image, strength);
  }

  private byte[] sent(RequestFields fields, String name) {
    return images.bytes(name, fields.text(name, "", Integer.MAX_VALUE));
  }
}
