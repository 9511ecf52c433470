package dev.sana4j.server.sdapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import dev.sana4j.server.jobs.JobOrder;
import dev.sana4j.server.jobs.Limits;
import java.util.List;

/**
 * Reads requests to one model; refuses unsupported fields that would change the image, and ignores
 * the others.
 */
final class SdapiRequests {
  private static final List<String> UNSUPPORTED_FLAGS =
      List.of("enable_hr", "tiling", "restore_faces");

  private static final List<String> UNSUPPORTED_NAMES =
      List.of("script_name", "refiner_checkpoint");
  private static final List<String> UNSUPPORTED_LISTS = List.of("styles", "alwayson_scripts");
  private static final int LONGEST_NAME = 1000;
  private static final int MOST_IMAGES = 16;
  private static final int MANY_STEPS = 8;
  private static final int PREVIEWS = 4;
  private static final int QUALITY = 95;
  private static final int WIDEST_BLUR = 64;

  private final RequestDefaults defaults;
  private final SentImages images;

  SdapiRequests(RequestDefaults defaults, SentImages images) {
    this.defaults = defaults;
    this.images = images;
  }

  SdapiOrder textToImage(RequestFields fields) {
    return order(fields, Task.textToImage());
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
    double strength = Math.max(0.01, fields.number("denoising_strength", 0.75, 0, 1));
    return order(
        fields,
        fields.has("mask") ? inpaint(fields, image, strength) : Task.imageToImage(image, strength));
  }

  private Task inpaint(RequestFields fields, RgbImage image, double strength) {
    String sent = fields.text("mask", "", Integer.MAX_VALUE);
    RgbImage mask = images.mask("mask", images.bytes("mask", sent));
    boolean inverted = fields.integer("inpainting_mask_invert", 0, 0, 1) == 1;
    return new Task.Inpaint(
        InputImage.of(image),
        InputImage.of(inverted ? inverted(mask) : mask),
        strength,
        (int) fields.integer("mask_blur", 4, 0, WIDEST_BLUR));
  }

  private static RgbImage inverted(RgbImage mask) {
    byte[] rgb = mask.rgb();
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) ~rgb[i];
    }
    return RgbImage.of(mask.width(), mask.height(), rgb);
  }

  private RgbImage image(String field, String text) {
    return images.image(field, images.bytes(field, text));
  }

  private SdapiOrder order(RequestFields fields, Task task) {
    refuseUnsupported(fields);
    requireSampler(fields);
    GenerationRequest request = request(fields, task);
    JobOrder order =
        new JobOrder(
            defaults.card().id(),
            request,
            ImageFormat.PNG,
            QUALITY,
            request.steps() >= MANY_STEPS ? PREVIEWS : 0,
            defaults.limits().deadline(),
            false,
            single -> Infotext.texts(single, defaults.card()));
    return new SdapiOrder(order, echo(fields), fields.flag("send_images", true));
  }

  private static ObjectNode echo(RequestFields fields) {
    ObjectNode echo = fields.object().deepCopy();
    if (!fields.flag("include_init_images", false)) {
      echo.remove(List.of("init_images", "mask"));
    }
    return echo;
  }

  private static void refuseUnsupported(RequestFields fields) {
    UNSUPPORTED_FLAGS.forEach(name -> refuse(fields.flag(name, false), name));
    UNSUPPORTED_NAMES.forEach(name -> refuse(!fields.text(name, "", LONGEST_NAME).isEmpty(), name));
    for (String name : UNSUPPORTED_LISTS) {
      JsonNode value = fields.raw(name);
      refuse(value != null && !value.isEmpty(), name);
    }
    refuse(fields.number("subseed_strength", 0, 0, 1) > 0, "subseed_strength");
  }

  private static void refuse(boolean asked, String name) {
    if (asked) {
      throw RequestProblem.field(name, name + " is not supported");
    }
  }

  private void requireSampler(RequestFields fields) {
    String name = fields.text("sampler_name", "", LONGEST_NAME);
    String own = defaults.card().sampler();
    if (!name.isEmpty() && !name.equals("Automatic") && !name.equalsIgnoreCase(own)) {
      throw new RequestProblem(
          Kind.INVALID, "Sampler not found; the sampler of this model is  " + own);
    }
  }

  private GenerationRequest request(RequestFields fields, Task task) {
    Limits limits = defaults.limits();
    GenerationRequest own = defaults.card().defaults();
    String prompt = defaults.prompt(fields, "prompt");
    if (prompt.isBlank() && !task.editsImage()) {
      throw RequestProblem.field(
          "prompt", "the prompt is empty; describe what the image should show");
    }
    return defaults
        .request(prompt, defaults.prompt(fields, "negative_prompt"))
        .size(size(fields, task))
        .steps((int) fields.integer("steps", own.steps(), 1, limits.steps()))
        .guidance(fields.number("cfg_scale", own.guidance(), 0, 100))
        .seed(seed(fields))
        .imagesPerPrompt(count(fields))
        .task(task)
        .build();
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

  private ImageSize size(RequestFields fields, Task task) {
    ImageSize absent =
        task.inputs().isEmpty()
            ? defaults.card().defaults().size()
            : defaults.sizeLike(task.inputs().get(0).size());
    return defaults.size(
        "width",
        fields.integer("width", absent.width(), 1, ImageSize.MAX_SIDE),
        fields.integer("height", absent.height(), 1, ImageSize.MAX_SIDE));
  }
}
