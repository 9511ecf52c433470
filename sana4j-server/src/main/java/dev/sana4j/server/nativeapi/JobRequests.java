package dev.sana4j.server.nativeapi;

import dev.sana4j.image.ImageFormat;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.LoraChoice;
import dev.sana4j.pipeline.request.Task;
import dev.sana4j.server.http.RequestDefaults;
import dev.sana4j.server.http.RequestFields;
import dev.sana4j.server.http.RequestProblem;
import dev.sana4j.server.http.SentImages;
import dev.sana4j.server.jobs.JobOrder;
import dev.sana4j.server.jobs.Limits;
import dev.sana4j.server.nativeapi.TaskFields.Sized;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the request for a job of one model. */
final class JobRequests {
  static final Set<String> FIELDS =
      Stream.of(
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
                  "best_of",
                  "format",
                  "quality",
                  "loras",
                  "previews",
                  "deadline_seconds"),
              TaskFields.FIELDS)
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  private static final int PREVIEWS = 4;
  private static final int QUALITY = 95;
  private static final int MOST_LORAS = 8;

  private final RequestDefaults defaults;
  private final TaskFields tasks;

  JobRequests(RequestDefaults defaults, SentImages images) {
    this.defaults = defaults;
    tasks = new TaskFields(defaults, images);
  }

  JobOrder order(RequestFields fields) {
    fields.requireKnown(FIELDS);
    String format = fields.choice("format", "png", List.of("png", "jpeg", "webp"));
    double longest = defaults.limits().deadline().toMillis() / 1000.0;
    double seconds = fields.number("deadline_seconds", longest, 0.001, longest);
    GenerationRequest request = request(fields);
    return new JobOrder(
            defaults.card().id(),
            request,
            ImageFormat.valueOf(format.toUpperCase(Locale.ROOT)),
            (int) fields.integer("quality", QUALITY, 1, 100),
            fields.flag("previews", false) ? PREVIEWS : 0,
            Duration.ofMillis((long) (seconds * 1000)),
            true)
        .withBestOf(defaults.bestOf(fields, request.images(), request.prompts().get(0)));
  }

  private GenerationRequest request(RequestFields fields) {
    Limits limits = defaults.limits();
    GenerationRequest own = defaults.card().defaults();
    int count = (int) fields.integer("count", 1, 1, limits.count());
    Sized wanted = tasks.read(fields);
    Task task = wanted.task();
    int steps = Math.min(limits.steps(), defaults.card().steps(task.editsImage()));
    return defaults
        .request(prompt(fields, task), defaults.prompt(fields, "negative_prompt"))
        .size(wanted.size())
        .steps((int) fields.integer("steps", steps, 1, limits.steps()))
        .guidance(fields.number("guidance", own.guidance(), 0, 100))
        .seed(
            fields.integer(
                "seed",
                RequestDefaults.anySeed(),
                0,
                RequestDefaults.LARGEST_SEED - limits.count()))
        .imagesPerPrompt(count)
        .task(task)
        .adapters(loras(fields))
        .build();
  }

  private List<LoraChoice> loras(RequestFields fields) {
    List<LoraChoice> choices = new ArrayList<>();
    for (RequestFields each : fields.objects("loras", MOST_LORAS)) {
      each.requireKnown(Set.of("name", "scale"));
      LoraChoice lora =
          defaults
              .loras()
              .choice("loras", each.text("name", "", 200), each.number("scale", 1, -100, 100));
      if (choices.stream().anyMatch(other -> other.file().equals(lora.file()))) {
        throw RequestProblem.field("loras", "loras names one adapter twice; give it one scale");
      }
      choices.add(lora);
    }
    return choices;
  }

  private String prompt(RequestFields fields, Task task) {
    String prompt = defaults.prompt(fields, "prompt");
    if (prompt.isBlank() && !task.editsImage()) {
      throw RequestProblem.field(
          "prompt", "the prompt is empty; describe what the image should show");
    }
    return prompt;
  }
}
