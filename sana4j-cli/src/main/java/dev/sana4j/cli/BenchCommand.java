package dev.sana4j.cli;

import dev.sana4j.bench.PipelinePlan;
import dev.sana4j.bench.PipelineReport;
import dev.sana4j.files.ProcessMemory;
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

/** {@code sana bench}: measures the time of each stage of an image. */
@Command(
    name = "bench",
    description =
        "Measures the time of every stage of an image on the CPU, and compares it with the fastest"
            + " matrix product of this machine. See docs/how-to/bench.md.",
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
      description = "Prompt of the image (default: ${DEFAULT-VALUE}).")
  private String prompt = "";

  @Option(
      names = "--size",
      paramLabel = "WxH",
      converter = RequestOptions.SizeConverter.class,
      description = "Image size in pixels (default: the model's native size).")
  private @Nullable ImageSize size;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Denoising steps, 1 to 1000 (default: 2 for Sprint, else 20).")
  private @Nullable Integer steps;

  @Option(
      names = "--binning",
      paramLabel = "MODE",
      defaultValue = "auto",
      description =
          "auto, on or off. off measures the given size even if the model was not trained at it"
              + " (default: ${DEFAULT-VALUE}).")
  private GenerationRequest.Binning binning = GenerationRequest.Binning.AUTO;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "2",
      description =
          "Number of images after the first; the table shows their median (default:"
              + " ${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--baseline",
      description =
          "Also generate the images like the reference, which computes padding, the instruction and"
              + " repeated pixels every time; prints the ratio of the times.")
  private boolean baseline;

  @Mixin private DTypeOption precision;
  @Mixin private ThreadsOption threads;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also write the results to this JSON file.")
  private @Nullable Path json;

  @Override
  public Integer call() {
    ModelOption.Chosen chosen = model.chosen(precision.stored());
    ModelConfig config = ModelConfig.read(chosen.folder());
    GenerationRequest request = request(config);
    if (json != null) {
      OutputFile.checkWritable(json);
    }
    threads.apply();
    DTypeOption.Precision choice = precision.of(config, Device.CPU, ProcessMemory.available());
    PipelinePlan plan =
        new PipelinePlan(chosen.name(), config, choice.dtype(), request, runs, baseline);
    // Two images in a row: the memory of the first is still allocated during the second.
    GenerationRequest twice = request.toBuilder().prompts(List.of(prompt, prompt)).build();
    config.check(twice, plan.dtype(), Device.CPU, false);
    TimestepOption.tellNotes(spec.commandLine().getErr(), config);
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
