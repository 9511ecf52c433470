package dev.sana4j.server.sdapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.image.CoverResize;
import dev.sana4j.image.ImageEncoding;
import dev.sana4j.image.ImageException;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.ImageSource;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.Infotext;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.server.http.BlockingJobs;
import dev.sana4j.server.http.ImageWork;
import dev.sana4j.server.http.Json;
import dev.sana4j.server.http.RequestBodyReader;
import dev.sana4j.server.http.RequestContext;
import dev.sana4j.server.http.RequestDefaults;
import dev.sana4j.server.http.RequestFields;
import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.http.SentImages;
import dev.sana4j.server.jobs.Job;
import dev.sana4j.server.jobs.JobOrder;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The routes for existing images: enlarging them, and reading how they were made. */
final class ExtrasRoutes {
  private static final double STRENGTH = 0.2;
  private static final int QUALITY = 95;
  private static final String LIST = "imageList";

  /** The name that the npm package stable-diffusion-api sends. */
  private static final String OTHER_LIST = "image_list";

  private final BlockingJobs calls;
  private final ChosenModels chosen;
  private final RequestBodyReader body;
  private final SentImages images;

  ExtrasRoutes(BlockingJobs calls, ChosenModels chosen, RequestBodyReader body, SentImages images) {
    this.calls = calls;
    this.chosen = chosen;
    this.body = body;
    this.images = images;
  }

  void addTo(RoutesConfig routes) {
    routes.post(SdapiRoutes.ROOT + "extra-single-image", this::single);
    routes.post(SdapiRoutes.ROOT + "extra-batch-images", this::batch);
    routes.post(
        SdapiRoutes.ROOT + "png-info",
        context -> SdapiRoutes.answer(context, body.json(context, this::pngInfo)));
  }

  /** An image and what becomes of it. */
  private record Extra(RgbImage image, Upscaling upscaling) {}

  private void single(Context context) {
    RequestDefaults model = chosen.of(RequestContext.of(context).client());
    Extra extra =
        body.json(
            context,
            fields -> {
              String sent = fields.text("image", "", Integer.MAX_VALUE);
              return extra(fields.lenient(), "image", images.bytes("image", sent), model);
            });
    byte[] file = made(context, List.of(extra), model).get(0);
    SdapiRoutes.answer(context, Json.object().put("html_info", "").put("image", file));
  }

  private void batch(Context context) {
    RequestDefaults model = chosen.of(RequestContext.of(context).client());
    List<Extra> extras = body.json(context, fields -> extras(fields.lenient(), model));
    ObjectNode json = Json.object().put("html_info", "");
    made(context, extras, model).forEach(json.putArray("images")::add);
    SdapiRoutes.answer(context, json);
  }

  private List<Extra> extras(RequestFields fields, RequestDefaults model) {
    JsonNode list = fields.raw(fields.has(LIST) ? LIST : OTHER_LIST);
    int most = model.limits().count();
    if (list == null || !list.isArray() || list.isEmpty() || list.size() > most) {
      throw RequestProblem.field(LIST, LIST + " is not a list of 1 to " + most + " images");
    }
    List<byte[]> files = new ArrayList<>();
    for (JsonNode each : list) {
      JsonNode data = each.isObject() ? each.path(each.has("data") ? "data" : "image") : each;
      if (!data.isTextual()) {
        throw RequestProblem.field(LIST, LIST + " is not a list of {\"data\": ..., \"name\": ...}");
      }
      files.add(images.bytes(LIST, data.textValue()));
    }
    images.requireFew(LIST, files); // all are decoded at the same time
    return files.stream().map(file -> extra(fields, LIST, file, model)).toList();
  }

  private Extra extra(RequestFields fields, String field, byte[] file, RequestDefaults model) {
    RgbImage image = images.image(field, file);
    return new Extra(image, Upscaling.of(fields, image, model));
  }

  /** Makes all images before the deadline of a single job. */
  private List<byte[]> made(Context context, List<Extra> extras, RequestDefaults model) {
    long end = System.nanoTime() + model.limits().deadline().toNanos();
    List<byte[]> files = new ArrayList<>();
    for (Extra extra : extras) {
      RgbImage scaled =
          ImageWork.exclusively(() -> CoverResize.apply(extra.image(), extra.upscaling().start()));
      files.add(
          extra.upscaling().factor() == 1
              ? new ImageEncoding(ImageFormat.PNG, QUALITY, Map.of(), null).bytes(scaled)
              : upscaled(context, scaled, extra.upscaling(), model, end - System.nanoTime()));
    }
    return files;
  }

  private byte[] upscaled(
      Context context, RgbImage image, Upscaling wanted, RequestDefaults model, long nanos) {
    GenerationRequest request =
        model
            .request("", "")
            .task(Task.upscale(image, wanted.factor(), STRENGTH))
            .size(wanted.size())
            .steps(Math.min(model.limits().steps(), model.card().steps(true)))
            .seed(RequestDefaults.anySeed())
            .imagesPerPrompt(1)
            .build();
    JobOrder order =
        new JobOrder(
            model.card().id(),
            request,
            ImageFormat.PNG,
            QUALITY,
            0,
            Duration.ofNanos(Math.max(1, nanos)),
            false);
    RequestContext requestContext = RequestContext.of(context);
    Job job = calls.submit(order, requestContext.client());
    requestContext.job(job.id(), "");
    BlockingJobs.awaitEnd(context, job);
    return BlockingJobs.images(job).get(0).heldFile().bytes();
  }

  private ObjectNode pngInfo(RequestFields fields) {
    String sent = fields.text("image", "", Integer.MAX_VALUE);
    if (sent.isBlank()) {
      throw new RequestProblem(RequestProblem.Kind.NOT_FOUND, "Image not found");
    }
    Map<String, String> texts = texts(images.bytes("image", sent));
    String text = texts.getOrDefault(Infotext.KEYWORD, "");
    ObjectNode json = Json.object().put("info", text);
    ObjectNode items = json.putObject("items");
    texts.forEach(items::put);
    ObjectNode parameters = json.putObject("parameters");
    if (!text.isEmpty()) {
      addParameters(parameters, Infotext.parse(text));
    }
    return json;
  }

  /** Returns the texts of a PNG; none for another image. */
  private Map<String, String> texts(byte[] file) {
    ImageSource source = ImageSource.of("image", file);
    try {
      var unused = ImageFiles.size(source); // refuses what is no image
    } catch (ImageException e) {
      throw RequestProblem.field("image", String.valueOf(e.getMessage()));
    }
    try {
      return ImageFiles.readTexts(source);
    } catch (ImageException e) {
      return Map.of();
    }
  }

  /** Adds what was parsed under the names of the web UI, which splits the size. */
  private static void addParameters(ObjectNode json, Infotext text) {
    json.put("Prompt", text.prompt()).put("Negative prompt", text.negativePrompt());
    text.settings()
        .forEach(
            (name, value) -> {
              String[] sides = value.split("x", -1);
              if (name.equals("Size") && sides.length == 2) {
                json.put("Size-1", sides[0]).put("Size-2", sides[1]);
              } else {
                json.put(name, value);
              }
            });
  }
}
