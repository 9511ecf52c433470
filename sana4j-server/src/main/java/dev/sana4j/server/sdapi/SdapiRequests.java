package dev.sana4j.server.sdapi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.InputImage;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.server.http.RequestDefaults;
import dev.sana4j.server.http.RequestFields;
import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.http.RequestProblem.Kind;
import dev.sana4j.server.http.SentImages;
import dev.sana4j.server.jobs.Hires;
import dev.sana4j.server.jobs.JobOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests to one model; refuses unsupported fields that would change the image, and ignores
 * the others.
 */
final class SdapiRequests {
  private static final List<String> UNSUPPORTED_FLAGS = List.of("tiling", "restore_faces");

  private static final List<String> UNSUPPORTED_NAMES =
      List.of("script_name", "refiner_checkpoint");
  private static final int LONGEST_NAME = 1000;
  private static final int MOST_IMAGES = 16;
  private static final int MANY_STEPS = 8;
  private static final int PREVIEWS = 4;
  private static final int QUALITY = 95;
  private static final int WIDEST_BLUR = 64;
  private static final int MOST_STEPS = 10_000;
  private static final int SIDE_STEP = 8;

  private final RequestDefaults defaults;
  private final SentImages images;

  SdapiRequests(RequestDefaults defaults, SentImages images) {
    this.defaults = defaults;
    this.images = images;
  }

  SdapiOrder textToImage(RequestFields fields) {
    List<String> notes = new ArrayList<>();
    ImageSize size = size(fields, defaults.card().defaults().size());
    GenerationRequest request = request(fields, task(fields, size), size, notes);
    Hires hires = HiresFields.read(fields, defaults, request, notes);
    return order(fields, request, hires, notes);
  }

  private Task task(RequestFields fields, ImageSize size) {
    Task control = Scripts.of(fields).control(images, size);
    if (control == null) {
      return Task.textToImage();
    }
    if (!defaults.card().control()) {
      throw RequestProblem.field(
          "alwayson_scripts", "this model has no ControlNet; switch its units off");
    }
    if (fields.flag("enable_hr", false)) {
      throw RequestProblem.field(
          "enable_hr", "enable_hr and ControlNet are not supported together");
    }
    return control;
  }

  SdapiOrder imageToImage(RequestFields fields) {
    List<String> sent = fields.texts("init_images", MOST_IMAGES);
    if (sent.isEmpty()) {
      throw new RequestProblem(Kind.NOT_FOUND, "Init image not found");
    }
    if (sent.size() > 1) {
      throw RequestProblem.field("init_images", "send only one image");
    }
    RgbImage image = image("init_images", sent.get(0));
    if (Scripts.of(fields).hasUnits()) {
      throw RequestProblem.field(
          "alwayson_scripts", "ControlNet and an input image are not supported together");
    }
    double strength = Math.max(0.01, fields.number("denoising_strength", 0.75, 0, 1));
    Task task =
        fields.text("mask", "", Integer.MAX_VALUE).isBlank()
            ? Task.imageToImage(image, strength)
            : inpaint(fields, image, strength);
    List<String> notes = new ArrayList<>();
    ImageSize size = size(fields, defaults.sizeLike(image.size()));
    return order(fields, request(fields, task, size, notes), null, notes);
  }

  private Task inpaint(RequestFields fields, RgbImage image, double strength) {
    String sent = fields.text("mask", "", Integer.MAX_VALUE);
    RgbImage mask = Masks.resized(images.mask("mask", images.bytes("mask", sent)), image.size());
    boolean inverted = fields.integer("inpainting_mask_invert", 0, 0, 1) == 1;
    return new Task.Inpaint(
        InputImage.of(image),
        InputImage.of(inverted ? Masks.inverted(mask) : mask),
        strength,
        (int) Math.min(WIDEST_BLUR, fields.integer("mask_blur", 4, 0, 10_000)));
  }

  private RgbImage image(String field, String text) {
    return images.image(field, images.bytes(field, text));
  }

  private SdapiOrder order(
      RequestFields fields, GenerationRequest request, @Nullable Hires hires, List<String> notes) {
    refuseUnsupported(fields);
    requireSampler(fields);
    JobOrder order =
        new JobOrder(
                defaults.card().id(),
                request,
                ImageFormat.PNG,
                QUALITY,
                request.steps() >= MANY_STEPS ? PREVIEWS : 0,
                defaults.limits().deadline(),
                false)
            .with(hires);
    return new SdapiOrder(
        order, RequestEcho.of(fields, request), fields.flag("send_images", true), notes);
  }

  private static void refuseUnsupported(RequestFields fields) {
    UNSUPPORTED_FLAGS.forEach(name -> refuse(fields.flag(name, false), name));
    for (String name : UNSUPPORTED_NAMES) {
      String value = fields.text(name, "", LONGEST_NAME).strip();
      refuse(!value.isEmpty() && !value.equalsIgnoreCase("none"), name);
    }
    JsonNode styles = fields.raw("styles");
    refuse(styles != null && !styles.isEmpty(), "styles");
    refuse(fields.number("subseed_strength", 0, 0, 1) > 0, "subseed_strength");
  }

  private static void refuse(boolean asked, String name) {
    if (asked) {
      throw RequestProblem.field(name, name + " is not supported");
    }
  }

  /** Accepts names of other servers; the answer names the sampler that was used. */
  private void requireSampler(RequestFields fields) {
    String index = textOrNothing(fields, "sampler_index");
    String name = fields.text("sampler_name", index, LONGEST_NAME);
    String own = defaults.card().sampler();
    if (!name.equalsIgnoreCase(own) && !SamplerNames.isSampler(name)) {
      throw new RequestProblem(
          Kind.INVALID, "Sampler not found; the sampler of this model is  " + own);
    }
    if (!SamplerNames.isSchedule(textOrNothing(fields, "scheduler"))) {
      throw new RequestProblem(Kind.INVALID, "Scheduler not found; this server has Automatic");
    }
  }

  /** Returns a text; nothing if a client sends a number or a list instead. */
  private static String textOrNothing(RequestFields fields, String name) {
    JsonNode value = fields.raw(name);
    return value != null && value.isTextual() ? fields.text(name, "", LONGEST_NAME) : "";
  }

  private GenerationRequest request(
      RequestFields fields, Task task, ImageSize size, List<String> notes) {
    PromptLoras prompt =
        PromptLoras.of("prompt", defaults.prompt(fields, "prompt"), defaults.loras());
    String negative = defaults.prompt(fields, "negative_prompt");
    if (prompt.prompt().isBlank() && !task.editsImage()) {
      throw RequestProblem.field(
          "prompt", "the prompt is empty; describe what the image should show");
    }
    return defaults
        .request(prompt.prompt(), PromptLoras.refused("negative_prompt", negative))
        .size(size)
        .steps(steps(fields, task, notes))
        .guidance(fields.number("cfg_scale", defaults.card().defaults().guidance(), 0, 100))
        .seed(seed(fields))
        .imagesPerPrompt(count(fields))
        .adapters(prompt.loras())
        .task(task)
        .build();
  }

  /** Returns the steps; clients often have a fixed number that is too high for the model. */
  private int steps(RequestFields fields, Task task, List<String> notes) {
    int absent = defaults.card().steps(task.editsImage());
    long asked = fields.integer("steps", absent, 1, MOST_STEPS);
    int most = Math.min(defaults.limits().steps(), defaults.card().usefulSteps());
    if (asked > most) {
      notes.add("steps " + asked + " were reduced to " + most + ", which is enough for this model");
    }
    return (int) Math.min(asked, most);
  }

  private static long seed(RequestFields fields) {
    long seed = fields.integer("seed", -1, -1, RequestDefaults.LARGEST_SEED - 1000);
    return seed == -1 ? RequestDefaults.anySeed() : seed;
  }

  private int count(RequestFields fields) {
    int most = defaults.limits().count();
    long count = fields.integer("batch_size", 1, 1, most) * fields.integer("n_iter", 1, 1, most);
    if (count > most) {
      throw RequestProblem.field(
          "n_iter", "batch_size times n_iter is " + count + "; the limit is " + most);
    }
    return (int) count;
  }

  /** Returns the size, with sides that are multiples of 8, as the web UI makes them. */
  private ImageSize size(RequestFields fields, ImageSize absent) {
    return defaults.size(
        "width",
        rounded(fields.integer("width", absent.width(), 1, ImageSize.MAX_SIDE)),
        rounded(fields.integer("height", absent.height(), 1, ImageSize.MAX_SIDE)));
  }

  static long rounded(long side) {
    return Math.max(SIDE_STEP, side / SIDE_STEP * SIDE_STEP);
  }
}
