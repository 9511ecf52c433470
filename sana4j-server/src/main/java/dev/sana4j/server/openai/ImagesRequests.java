package dev.sana4j.server.openai;

import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.server.http.RequestBodyReader.Form;
import dev.sana4j.server.http.RequestBodyReader.Upload;
import dev.sana4j.server.http.RequestDefaults;
import dev.sana4j.server.http.RequestFields;
import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.http.SentImages;
import dev.sana4j.server.jobs.JobOrder;
import dev.sana4j.server.jobs.Limits;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads requests of the Images API to one model; ignores unknown fields, as OpenAI does. */
final class ImagesRequests {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,5})x(\\d{1,5})");
  private static final List<String> QUALITIES =
      List.of("auto", "low", "medium", "high", "standard", "hd");
  private static final List<String> FORMATS = List.of("png", "jpeg", "webp");
  private static final int MOST_IMAGES = 10;
  private static final int QUALITY = 95;

  /** An edit keeps the composition of the input image. */
  private static final double EDIT_STRENGTH = 0.6;

  private static final double VARIATION_STRENGTH = 0.75;
  private static final int MOST_STEPS = 10_000;
  private static final int LONGEST_WORD = 1000;

  private final RequestDefaults defaults;
  private final SentImages images;

  ImagesRequests(RequestDefaults defaults, SentImages images) {
    this.defaults = defaults;
    this.images = images;
  }

  ImagesOrder generation(RequestFields fields) {
    return order(ImagesOrder.Kind.GENERATION, fields, Task.textToImage());
  }

  /** Reads a form with image or image[], and mask. */
  ImagesOrder edit(Form form) {
    List<Upload> sent = form.files("image", "image[]");
    List<Upload> masks = form.files("mask");
    byte[] image = only("image", sent.stream().map(Upload::bytes).toList());
    byte[] mask = masks.isEmpty() ? null : masks.get(0).bytes();
    return order(ImagesOrder.Kind.EDIT, form.fields(), edit(form.fields(), image, mask));
  }

  /** Reads JSON with an image and a mask. */
  ImagesOrder edit(RequestFields fields) {
    List<String> sent = JsonImages.of(fields, "images", "image", "image[]");
    List<String> masks = JsonImages.of(fields, "mask");
    String image = only("image", sent);
    byte[] mask = masks.isEmpty() ? null : images.bytes("mask", only("mask", masks));
    return order(ImagesOrder.Kind.EDIT, fields, edit(fields, images.bytes("image", image), mask));
  }

  ImagesOrder variation(Form form) {
    List<Upload> sent = form.files("image", "image[]");
    byte[] image = only("image", sent.stream().map(Upload::bytes).toList());
    RgbImage pixels = images.image("image", image);
    return order(
        ImagesOrder.Kind.EDIT, form.fields(), Task.imageToImage(pixels, VARIATION_STRENGTH));
  }

  private static <T> T only(String field, List<T> sent) {
    if (sent.size() != 1) {
      throw RequestProblem.field(
          field, sent.isEmpty() ? "an image is required" : "send one image, not " + sent.size());
    }
    return sent.get(0);
  }

  private Task edit(RequestFields fields, byte[] bytes, byte @Nullable [] mask) {
    RgbImage image = images.image("image", bytes);
    String fidelity = fields.choice("input_fidelity", "low", List.of("high", "low"));
    double strength = fidelity.equals("high") ? EDIT_STRENGTH / 2 : EDIT_STRENGTH;
    return mask == null
        ? Task.imageToImage(image, strength)
        : Task.inpaint(image, images.mask("mask", mask), 1);
  }

  private ImagesOrder order(ImagesOrder.Kind kind, RequestFields fields, Task task) {
    String quality = fields.choice("quality", "auto", QUALITIES);
    boolean stream = fields.flag("stream", false);
    String format = fields.choice("output_format", "png", FORMATS);
    boolean url =
        fields.choice("response_format", "b64_json", List.of("b64_json", "url")).equals("url");
    if (fields
        .choice("background", "auto", List.of("auto", "opaque", "transparent"))
        .equals("transparent")) {
      throw RequestProblem.field("background", "the model generates only opaque images");
    }
    GenerationRequest request = request(fields, task, quality);
    JobOrder order =
        new JobOrder(
                defaults.card().id(),
                request,
                ImageFormat.valueOf(format.toUpperCase(Locale.ROOT)),
                (int) Math.max(1, fields.integer("output_compression", QUALITY, 0, 100)),
                stream ? (int) fields.integer("partial_images", 0, 0, 3) : 0,
                defaults.limits().deadline(),
                url && !stream)
            .awaitedByClient()
            .withBestOf(defaults.bestOf(fields, request.images(), request.prompts().get(0)));
    return new ImagesOrder(kind, order, url, stream, answered(quality));
  }

  /** Returns the quality for the answer, which has only three values. */
  private static String answered(String quality) {
    return switch (quality) {
      case "high", "hd" -> "high";
      case "low" -> "low";
      default -> "medium";
    };
  }

  private GenerationRequest request(RequestFields fields, Task task, String quality) {
    Limits limits = defaults.limits();
    String prompt = defaults.prompt(fields, "prompt");
    if (prompt.isBlank() && !task.editsImage()) {
      throw RequestProblem.field(
          "prompt", "the prompt is empty; describe what the image should show");
    }
    int count = (int) fields.integer("n", 1, 1, Math.min(MOST_IMAGES, limits.count()));
    double guidance = defaults.card().defaults().guidance();
    return defaults
        .request(prompt, defaults.prompt(fields, "negative_prompt"))
        .size(size(fields, task))
        .steps(steps(fields, quality))
        .guidance(fields.number("guidance_scale", guidance, 0, 100))
        .seed(seed(fields, limits.count()))
        .imagesPerPrompt(count)
        .adapters(LoraFields.read(fields, defaults.loras()))
        .task(task)
        .build();
  }

  private ImageSize size(RequestFields fields, Task task) {
    String text = fields.text("size", "auto", LONGEST_WORD);
    if (text.equals("auto")) {
      return task.inputs().isEmpty()
          ? defaults.card().defaults().size()
          : defaults.sizeLike(task.inputs().get(0).size());
    }
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      throw RequestProblem.field("size", "size is neither auto nor WIDTHxHEIGHT");
    }
    long width = Long.parseLong(matcher.group(1));
    long height = Long.parseLong(matcher.group(2));
    if (Math.min(width, height) < 1 || Math.max(width, height) > ImageSize.MAX_SIDE) {
      throw RequestProblem.field(
          "size", "width and height must be 1 to " + ImageSize.MAX_SIDE + " pixels");
    }
    return defaults.size("size", width, height);
  }

  /** Returns the seed, which OpenAI's API does not have; -1 for a random one. */
  private static long seed(RequestFields fields, int count) {
    long seed = fields.integer("seed", -1, -1, RequestDefaults.LARGEST_SEED - count);
    return seed == -1 ? RequestDefaults.anySeed() : seed;
  }

  /** Returns the steps of a field that OpenAI's API does not have, else those of the quality. */
  private int steps(RequestFields fields, String quality) {
    long asked = fields.integer("num_inference_steps", steps(quality), 1, MOST_STEPS);
    return (int) Math.min(fields.integer("steps", asked, 1, MOST_STEPS), defaults.limits().steps());
  }

  /** Returns the steps: twice the model's default for high quality, half of it for low. */
  private int steps(String quality) {
    int own = defaults.card().defaults().steps();
    int steps =
        switch (quality) {
          case "high", "hd" -> 2 * own;
          case "low" -> (own + 1) / 2;
          default -> own;
        };
    return Math.min(steps, defaults.limits().steps());
  }
}
