package dev.sana4j.cli;

import dev.sana4j.bench.PipelinePlan;
import dev.sana4j.bench.PipelineReport;
import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.tensor.Device;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sana bench}: how long each stage of an image takes. */
@Command(
    name = "bench",
    description =
        "Times every stage of an image on the processor, and says what share of this machine's best"
            + " matrix product it reaches; docs/performance.md explains the table.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  sana bench",
      "  sana bench --steps 4 --dtype bfloat16 --json bench.json",
      "  sana bench --model DIR --size 1024x1024 --steps 2 --runs 3 --baseline"
    })
final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      defaultValue = "a red apple on a blue background",
      description = "What the image shows (default: ${DEFAULT-VALUE}).")
  private String prompt = "";

  @Option(
      names = "--size",
      paramLabel = "WxH",
      converter = RequestOptions.SizeConverter.class,
      description = "Size in pixels (default: the model's own).")
  private @Nullable ImageSize size;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Denoising steps (default: 2 for Sprint, else 20).")
  private @Nullable Integer steps;

  @Option(
      names = "--binning",
      paramLabel = "MODE",
      defaultValue = "auto",
      description =
          "auto, on or off: off measures a size that the model was not trained at as it is"
              + " (default: ${DEFAULT-VALUE}).")
  private GenerationRequest.Binning binning = GenerationRequest.Binning.AUTO;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "2",
      description = "Images after the first, whose median is shown (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--baseline",
      description =
          "Also make the images in the plain order of the reference: padding, the instruction and"
              + " repeated pixels are computed too; prints the ratio of the times.")
  private boolean baseline;

  @Mixin private DTypeOption precision;
  @Mixin private ThreadsOption threads;

  @Option(names = "--json", paramLabel = "FILE", description = "Also write the results here.")
  private @Nullable Path json;

  @Override
  public Integer call() {
    ModelOption.Chosen chosen = model.chosen();
    ModelConfig config = ModelConfig.read(chosen.folder());
    GenerationRequest request = request(config);
    if (json != null) {
      OutputFile.checkWritable(json);
    }
    threads.apply();
    DTypeOption.Precision choice = precision.of(config, Device.CPU);
    PipelinePlan plan =
        new PipelinePlan(chosen.name(), config, choice.dtype(), request, runs, baseline);
    // As many images after one another: the memory of the first stays for the second.
    GenerationRequest twice = request.toBuilder().prompts(List.of(prompt, prompt)).build();
    config.check(twice, plan.dtype(), Device.CPU, false);
    choice.tell(spec.commandLine().getErr());
    PipelineReport report;
    try (ProgressLine progress = new ProgressLine(true)) {
      report =
          PipelineReport.measure(
              plan, (doing, done, all) -> progress.show("bench", done, all, doing));
    }
    PrintWriter out = spec.commandLine().getOut();
    report.lines().forEach(line -> out.println(Sana.oneLine(line)));
    out.flush();
    if (json != null) {
      report.write(json);
    }
    return 0;
  }

  private GenerationRequest request(ModelConfig config) {
    GenerationRequest.Builder builder = config.request(prompt).binning(binning);
    if (size != null) {
      builder.size(size);
    }
    if (steps != null) {
      builder.steps(steps);
    }
    return builder.build();
  }
}
