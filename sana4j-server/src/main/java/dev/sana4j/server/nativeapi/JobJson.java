package dev.sana4j.server.nativeapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.image.ImageEncoding;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.request.GenerationListener.Preview;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.server.http.Json;
import dev.sana4j.server.jobs.Job;
import dev.sana4j.server.jobs.JobError;
import dev.sana4j.server.jobs.JobImage;
import dev.sana4j.server.jobs.JobService;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes jobs as JSON. */
final class JobJson {
  private static final int PREVIEW_QUALITY = 80;

  private final JobService jobs;

  JobJson(JobService jobs) {
    this.jobs = jobs;
  }

  ObjectNode job(Job job) {
    Job.State state = job.state();
    ObjectNode json = Json.object().put("id", job.id()).put("status", word(state.status()));
    json.put("created_at", time(job.created()));
    json.put("started_at", state.started() == null ? null : time(state.started()));
    json.put("ended_at", state.ended() == null ? null : time(state.ended()));
    json.set("request", request(job));
    json.set("progress", progress(job));
    ArrayNode images = json.putArray("images");
    state.images().forEach(image -> images.add(image(image)));
    json.set("error", error(state.error()));
    job.notes().forEach(json.putArray("notes")::add);
    return json;
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static String time(Instant time) {
    return time.truncatedTo(ChronoUnit.MILLIS).toString();
  }

  private static @Nullable ObjectNode error(@Nullable JobError error) {
    return error == null
        ? null
        : Json.object().put("code", word(error.kind())).put("message", error.message());
  }

  private static ObjectNode request(Job job) {
    GenerationRequest request = job.order().request();
    ObjectNode json =
        Json.object()
            .put("model", job.order().model())
            .put("prompt", request.prompts().get(0))
            .put("negative_prompt", request.negativePrompt())
            .put("width", request.size().width())
            .put("height", request.size().height())
            .put("steps", request.steps())
            .put("guidance", request.guidance())
            .put("seed", request.seed())
            .put("count", request.images())
            .put("best_of", job.order().bestOf())
            .put("format", word(job.order().format()))
            .put("task", task(request.task()));
    ArrayNode loras = json.putArray("loras");
    request
        .adapters()
        .forEach(lora -> loras.addObject().put("name", lora.name()).put("scale", lora.scale()));
    return json;
  }

  private static String task(Task task) {
    if (task instanceof Task.Inpaint) {
      return "inpainting";
    }
    if (task instanceof Task.Upscale) {
      return "upscaling";
    }
    if (task instanceof Task.Control) {
      return "control";
    }
    return task instanceof Task.ImageToImage ? "image_to_image" : "text_to_image";
  }

  ObjectNode progress(Job job) {
    Job.State state = job.state();
    ObjectNode json = Json.object().put("step", state.step()).put("steps", state.steps());
    json.put("fraction", state.steps() == 0 ? 0 : (double) state.step() / state.steps());
    jobs.secondsLeft(job)
        .ifPresentOrElse(
            seconds -> json.put("seconds_left", rounded(seconds)),
            () -> json.putNull("seconds_left"));
    return json.put("jobs_ahead", jobs.ahead(job));
  }

  private static double rounded(double seconds) {
    return Math.rint(seconds * 1000) / 1000;
  }

  ObjectNode image(JobImage image) {
    JobImage.Place place = image.keptPlace();
    ObjectNode json =
        Json.object()
            .put("index", image.index())
            .put("url", "/api/v1/images/" + place.name())
            .put("width", image.size().width())
            .put("height", image.size().height())
            .put("seed", image.seed())
            .put("format", word(image.format()))
            .put("bytes", image.length())
            .put("expires_at", time(place.expires()));
    return image.score() == null ? json : json.put("score", image.score());
  }

  static ObjectNode preview(Preview preview) {
    RgbImage pixels = preview.pixels();
    byte[] jpeg =
        new ImageEncoding(ImageFormat.JPEG, PREVIEW_QUALITY, Map.of(), null).bytes(pixels);
    return Json.object()
        .put("index", preview.image())
        .put("step", preview.step())
        .put("width", pixels.width())
        .put("height", pixels.height())
        .put("data", "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(jpeg));
  }
}
