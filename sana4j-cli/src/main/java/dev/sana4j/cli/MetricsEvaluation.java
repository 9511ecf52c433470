package dev.sana4j.cli;

import dev.sana4j.emoji.evaluate.Comparison.Candidate;
import dev.sana4j.emoji.evaluate.EvaluationOptions.Sampling;
import dev.sana4j.files.Digests;
import dev.sana4j.files.StrictJson;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.image.WriteOptions;
import dev.sana4j.measure.run.Estimate;
import dev.sana4j.measure.run.HtmlReport;
import dev.sana4j.measure.run.Instruments;
import dev.sana4j.measure.run.MeasureRun;
import dev.sana4j.measure.run.MeasuredPrompt;
import dev.sana4j.measure.run.Metric;
import dev.sana4j.measure.run.PromptList;
import dev.sana4j.measure.run.RunFolder;
import dev.sana4j.measure.run.Summary;
import dev.sana4j.measure.run.SummaryJson;
import dev.sana4j.pipeline.GeneratedImage;
import dev.sana4j.pipeline.PipelineBuilder;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.report.IntervalsImage;
import dev.sana4j.report.IntervalsImage.Bar;
import dev.sana4j.report.IntervalsImage.Panel;
import dev.sana4j.tensor.Device;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code sana evaluate --metrics}: measures the images of any prompts, as the papers do. */
final class MetricsEvaluation {
  static final String JSON = "measurements.json";
  static final String PLOT = "measurements.png";
  static final String REPORT = "index.html";
  private static final int MAX_BYTES = 64 << 20;

  private final MetricOptions metrics;
  private final Asked asked;
  private final Device device;
  private final Path output;

  /**
   * The prompts.
   *
   * @param file file of prompts
   * @param seed seed of the first image
   * @param side side of square images in pixels; null for the native size of the model
   * @param overwrite whether images of other settings are deleted
   */
  record Asked(Path file, long seed, @Nullable Integer side, boolean overwrite) {}

  MetricsEvaluation(MetricOptions metrics, Asked asked, Device device, Path output) {
    this.metrics = metrics;
    this.asked = asked;
    this.device = device;
    this.output = output;
  }

  /**
   * Measures all candidates and writes the results. Runs {@code onStart} once, after all checks.
   */
  List<Summary> run(List<Candidate> candidates, Runnable onStart) {
    metrics.check();
    List<MeasuredPrompt> prompts =
        PromptList.read(asked.file(), metrics.imagesPerPrompt(), asked.seed());
    candidates.forEach(candidate -> builder(candidate).check(request(candidate, prompts.get(0))));
    OutputFolder.create(output);
    for (Candidate candidate : candidates) {
      RunFolder.prepare(output.resolve(candidate.name()), settings(candidate), asked.overwrite());
    }
    onStart.run();
    List<Summary> summaries = new ArrayList<>();
    try (ProgressLine line = new ProgressLine(true)) {
      Instruments.Progress progress = (what, done, all) -> line.show(what, done, all, "");
      try (Instruments instruments = metrics.open(device, output, progress)) {
        for (Candidate candidate : candidates) {
          summaries.add(measure(candidate, prompts, instruments, progress));
        }
      }
    }
    write(prompts, summaries);
    return summaries;
  }

  private Summary measure(
      Candidate candidate,
      List<MeasuredPrompt> prompts,
      Instruments instruments,
      Instruments.Progress progress) {
    Path folder = output.resolve(candidate.name());
    var options = new MeasureRun.Options(metrics.keepsImages(), metrics.fidSamples());
    var run = new MeasureRun(folder, prompts, instruments, metrics.detector(folder), options);
    try (Maker maker = new Maker(candidate, prompts.get(0))) {
      return run.run(candidate.name(), shown(candidate), maker, progress);
    }
  }

  /** Makes images; loads the model when the first one is needed. */
  private final class Maker implements MeasureRun.Maker, AutoCloseable {
    private final Candidate candidate;
    private final MeasuredPrompt first;
    private @Nullable SanaPipeline pipeline;

    Maker(Candidate candidate, MeasuredPrompt first) {
      this.candidate = candidate;
      this.first = first;
    }

    @Override
    public void prepare() {
      if (pipeline == null) {
        PipelineBuilder builder = builder(candidate);
        builder.check(request(candidate, first)); // plans the memory of a GPU for this size
        pipeline = builder.open();
      }
    }

    @Override
    public RgbImage make(MeasuredPrompt prompt, @Nullable Path target) {
      SanaPipeline open = Objects.requireNonNull(pipeline);
      GeneratedImage image = open.generate(request(candidate, prompt)).get(0);
      if (target != null) {
        image.write(target, true);
      }
      return image.pixels();
    }

    @Override
    public void close() {
      if (pipeline != null) {
        pipeline.close();
      }
    }
  }

  private PipelineBuilder builder(Candidate candidate) {
    return SanaPipeline.builder(candidate.config().folder())
        .name(candidate.label())
        .dtype(candidate.dtype())
        .device(device);
  }

  private GenerationRequest request(Candidate candidate, MeasuredPrompt prompt) {
    GenerationRequest.Builder builder =
        candidate.config().request(prompt.prompt()).seed(prompt.seed());
    Sampling sampling = candidate.sampling();
    if (sampling.steps() != null) {
      builder.steps(sampling.steps());
    }
    if (sampling.guidance() != null) {
      builder.guidance(sampling.guidance());
    }
    if (asked.side() != null) {
      builder.size(new ImageSize(asked.side(), asked.side()));
    }
    return builder.build();
  }

  /** Returns how the images of a candidate are made, for readers. */
  private Map<String, Object> shown(Candidate candidate) {
    GenerationRequest request =
        request(candidate, new MeasuredPrompt("", "an image", asked.seed(), null));
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("model", candidate.config().folder().root().toString());
    settings.put("dtype", candidate.dtype().toString());
    settings.put("steps", request.steps());
    settings.put("guidance", request.guidance());
    settings.put("size", request.size().toString());
    settings.put("seed", asked.seed());
    return settings;
  }

  /** Returns all values that the images and their measurements depend on. */
  private Map<String, Object> settings(Candidate candidate) {
    Map<String, Object> settings = shown(candidate);
    settings.put("prompts", Digests.sha256Hex(StrictJson.read(asked.file(), MAX_BYTES)));
    settings.put("images_per_prompt", metrics.imagesPerPrompt());
    metrics.describe(settings);
    return settings;
  }

  private void write(List<MeasuredPrompt> prompts, List<Summary> summaries) {
    Map<String, Object> common = new LinkedHashMap<>();
    common.put("prompts", asked.file().toString());
    metrics.describe(common);
    SummaryJson.write(output.resolve(JSON), common, summaries);
    List<Panel> panels = new ArrayList<>();
    for (Metric metric : metrics.metrics()) {
      List<Bar> bars = new ArrayList<>();
      for (Summary summary : summaries) {
        Estimate figure = summary.figures().get(metric);
        if (figure != null && Double.isFinite(figure.value())) {
          bars.add(new Bar(summary.name(), figure.value(), figure.low(), figure.high()));
        }
      }
      if (!bars.isEmpty()) {
        String better = metric.isHigherBetter() ? ", higher is better" : ", lower is better";
        panels.add(new Panel(metric.label() + better, bars));
      }
    }
    ImageFiles.write(IntervalsImage.draw(panels), output.resolve(PLOT), WriteOptions.REPLACE);
    new HtmlReport(output, metrics.metrics()).write(prompts, summaries, PLOT);
  }

  /** Returns the figures as a table, one line per candidate. */
  List<String> table(List<Summary> summaries) {
    List<List<String>> cells = new ArrayList<>();
    List<String> heading = new ArrayList<>(List.of("candidate", "images", "s/image"));
    metrics.metrics().forEach(metric -> heading.add(metric.label()));
    cells.add(heading);
    for (Summary summary : summaries) {
      List<String> row = new ArrayList<>();
      row.add(summary.name());
      row.add(String.valueOf(summary.images()));
      double seconds = summary.secondsPerImage();
      row.add(HtmlReport.text(new Estimate(seconds, seconds, seconds, summary.images())));
      for (Metric metric : metrics.metrics()) {
        Estimate figure = summary.figures().get(metric);
        row.add(figure == null ? "-" : HtmlReport.text(figure));
      }
      cells.add(row);
    }
    return ComparisonTable.aligned(cells);
  }
}
