package dev.sana4j.server.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.image.ImageEncoding;
import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.request.GenerationListener.Preview;
import dev.sana4j.server.http.Json;
import dev.sana4j.server.jobs.Job;
import dev.sana4j.server.jobs.JobImage;
import dev.sana4j.server.jobs.JobOrder;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Answers of the Images API. */
final class ImagesJson {
  private static final int CHARACTERS_A_TOKEN = 4;
  private static final int PIXELS_A_TOKEN = 1024;

  private ImagesJson() {}

  static ObjectNode answer(ImagesOrder order, Job job, List<JobImage> images, String server) {
    ObjectNode json = Json.object().put("created", job.created().getEpochSecond());
    ArrayNode data = json.putArray("data");
    for (JobImage image : images) {
      ObjectNode entry = data.addObject();
      if (order.url()) {
        entry.put("url", server + "/api/v1/images/" + image.keptPlace().name());
      } else {
        entry.put("b64_json", image.heldFile().bytes()); // written as base64
      }
      addSeed(entry, image);
    }
    json.put("seed", order.order().request().seed());
    addSettings(json, order);
    json.set("usage", usage(order.order(), images.size()));
    addNotes(json, job);
    return json;
  }

  /** Adds the seed of an image, and the score of a chosen one, which OpenAI's API does not have. */
  private static void addSeed(ObjectNode json, JobImage image) {
    json.put("seed", image.seed());
    if (image.score() != null) {
      json.put("score", image.score());
    }
  }

  /** Adds messages to the client, which OpenAI's API does not have. */
  private static void addNotes(ObjectNode json, Job job) {
    if (!job.notes().isEmpty()) {
      job.notes().forEach(json.putArray("notes")::add);
    }
  }

  private static void addSettings(ObjectNode json, ImagesOrder order) {
    json.put("background", "opaque")
        .put("output_format", order.order().format().name().toLowerCase(Locale.ROOT))
        .put("quality", order.quality())
        .put("size", order.order().request().size().toString());
  }

  /** Returns estimated token counts, because clients expect the field. */
  private static ObjectNode usage(JobOrder order, int images) {
    int text = 1 + order.request().prompts().get(0).length() / CHARACTERS_A_TOKEN;
    ImageSize size = order.request().size();
    int made = images * Math.max(1, size.width() * size.height() / PIXELS_A_TOKEN);
    int sent =
        order.request().task().inputs().stream()
            .mapToInt(image -> image.size().width() * image.size().height() / PIXELS_A_TOKEN)
            .sum();
    ObjectNode json =
        Json.object()
            .put("input_tokens", text + sent)
            .put("output_tokens", made)
            .put("total_tokens", text + sent + made);
    json.putObject("input_tokens_details").put("text_tokens", text).put("image_tokens", sent);
    return json;
  }

  static ObjectNode partial(ImagesOrder order, Job job, Preview preview, int index) {
    JobOrder asked = order.order();
    byte[] file =
        new ImageEncoding(asked.format(), asked.quality(), Map.of(), null).bytes(preview.pixels());
    ObjectNode json =
        Json.object()
            .put("type", order.kind().event() + ".partial_image")
            .put("b64_json", file)
            .put("created_at", job.created().getEpochSecond())
            .put("partial_image_index", index);
    addSettings(json, order);
    return json;
  }

  static ObjectNode completed(ImagesOrder order, Job job, JobImage image) {
    ObjectNode json =
        Json.object()
            .put("type", order.kind().event() + ".completed")
            .put("b64_json", image.heldFile().bytes())
            .put("created_at", job.created().getEpochSecond());
    addSeed(json, image);
    addSettings(json, order);
    json.set("usage", usage(order.order(), 1));
    addNotes(json, job);
    return json;
  }
}
