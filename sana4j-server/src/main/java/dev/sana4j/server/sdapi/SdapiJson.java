package dev.sana4j.server.sdapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.image.ImageEncoding;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.pipeline.Infotext;
import dev.sana4j.pipeline.request.GenerationListener.Preview;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.server.http.Json;
import dev.sana4j.server.jobs.Hires;
import dev.sana4j.server.jobs.Job;
import dev.sana4j.server.jobs.JobImage;
import dev.sana4j.server.jobs.ModelCard;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers in the format of AUTOMATIC1111. */
final class SdapiJson {
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);

  private static final int PREVIEW_QUALITY = 80;

  private SdapiJson() {}

  static ObjectNode answer(SdapiOrder asked, Job job, List<JobImage> images, ModelCard card) {
    ObjectNode json = Json.object();
    ArrayNode files = json.putArray("images");
    if (asked.withImages()) {
      images.forEach(image -> files.add(image.heldFile().bytes())); // written as base64
    }
    json.set("parameters", asked.echo());
    return json.put("info", Json.text(info(asked, job, images, card)));
  }

  private static ObjectNode info(SdapiOrder asked, Job job, List<JobImage> images, ModelCard card) {
    GenerationRequest request = job.order().request();
    Hires hires = images.stream().anyMatch(JobImage::hires) ? job.order().hires() : null;
    ObjectNode json = Json.object().put("prompt", text(request, card, hires).prompt());
    json.put("negative_prompt", request.negativePrompt()).put("seed", request.seed());
    json.put("subseed", request.seed()).put("subseed_strength", 0);
    json.put("width", request.size().width()).put("height", request.size().height());
    json.put("sampler_name", card.sampler()).put("cfg_scale", request.guidance());
    json.put("steps", request.steps()).put("batch_size", request.images());
    json.put("restore_faces", false).putNull("face_restoration_model");
    json.put("sd_model_name", card.id()).putNull("sd_model_hash").putNull("sd_vae_name");
    json.putNull("sd_vae_hash").put("seed_resize_from_w", -1).put("seed_resize_from_h", -1);
    json.put("denoising_strength", hires == null ? request.task().strength() : hires.strength());
    json.put("index_of_first_image", 0);
    json.put("job_timestamp", TIMESTAMP.format(job.created())).put("clip_skip", 1);
    json.put("is_using_inpainting_conditioning", request.task() instanceof Task.Inpaint);
    ObjectNode extra = json.put("version", "sana4j").putObject("extra_generation_params");
    if (hires != null) {
      extra.put("Hires resize", hires.size().toString()).put("Hires upscaler", Hires.UPSCALER);
    }
    ArrayNode notes = json.putArray("notes");
    asked.notes().forEach(notes::add);
    job.notes().forEach(notes::add);
    addLists(json, request, card, hires);
    return json;
  }

  private static Infotext text(GenerationRequest single, ModelCard card, @Nullable Hires hires) {
    Infotext text = Infotext.of(single, card.id(), card.sampler());
    return hires == null ? text : hires.added(text);
  }

  private static void addLists(
      ObjectNode json, GenerationRequest request, ModelCard card, @Nullable Hires hires) {
    json.putArray("styles");
    ArrayNode prompts = json.putArray("all_prompts");
    ArrayNode negatives = json.putArray("all_negative_prompts");
    ArrayNode seeds = json.putArray("all_seeds");
    ArrayNode subseeds = json.putArray("all_subseeds");
    ArrayNode infotexts = json.putArray("infotexts");
    for (int i = 0; i < request.images(); i++) {
      GenerationRequest single = request.single(i);
      Infotext text = text(single, card, hires);
      prompts.add(text.prompt());
      negatives.add(single.negativePrompt());
      seeds.add(single.seed());
      subseeds.add(single.seed());
      infotexts.add(text.text());
    }
  }

  /** Returns the progress of the longest-running job; null if there is none. */
  static ObjectNode progress(@Nullable Job job, double secondsLeft, boolean withImage) {
    ObjectNode json = Json.object();
    ObjectNode state = Json.object();
    state.put("skipped", false).put("interrupted", false).put("stopping_generation", false);
    if (job == null) {
      json.put("progress", 0.0).put("eta_relative", 0.0);
      state.put("job", "").put("job_count", 0).put("job_timestamp", "0").put("job_no", 0);
      state.put("sampling_step", 0).put("sampling_steps", 0);
    } else {
      Job.State now = job.state();
      double fraction = (double) now.step() / now.steps();
      json.put("progress", Math.min(0.99, 0.01 + fraction)).put("eta_relative", secondsLeft);
      state.put("job", job.id()).put("job_count", job.order().request().images());
      state.put("job_timestamp", TIMESTAMP.format(job.created()));
      state.put("job_no", now.images().size()).put("sampling_step", now.step());
      state.put("sampling_steps", now.steps());
    }
    json.set("state", state);
    Preview preview = job == null || !withImage ? null : job.lastPreview();
    json.put("current_image", preview == null ? null : jpeg(preview));
    return json.putNull("textinfo");
  }

  private static byte[] jpeg(Preview preview) {
    return new ImageEncoding(ImageFormat.JPEG, PREVIEW_QUALITY, Map.of(), null)
        .bytes(preview.pixels());
  }
}
