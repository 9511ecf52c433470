package dev.sana4j.cli;

import dev.sana4j.files.IoReason;
import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.PipelineBuilder;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.LoraChoice;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sana generate}: generates image files from a prompt and input images. */
@Command(
    name = "generate",
    description = {
      "Generates images from a prompt, or modifies an image, and prints the paths of the files. See"
          + " docs/how-to/generate.md.",
      "Each option can also be given as an environment variable, such as SANA4J_GENERATE_STEPS for"
          + " --steps, or in the file named by --config. Options override variables, and variables"
          + " override the file."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    defaultValueProvider = OptionSource.class,
    footer = {
      "",
      "Examples:",
      "  sana generate \"a flat dog on a yellow background\" -o dog.png",
      "  sana generate \"a cat in a hat\" --model DIR -o cat.png --seed 7",
      "  sana generate \"一只猫 🐱\" --model DIR --steps 4 --count 3 -o cats.webp",
      "  sana generate \"a cat\" --model DIR --lora style.safetensors:0.8 -o styled.png",
      "  sana generate \"a fox\" --model DIR --control dog.png -o steered.png",
      "  sana generate --like cat.png --overwrite -o again.png",
      "  sana generate \"a flat fox on a yellow background\" --init dog.png -o fox.png",
      "  sana generate --init dog.png --variations 3 -o more.png",
      "  sana generate --init dog.png --canvas 192x128 -o wide.png",
      "  sana generate --prompts prompts.txt -o images",
      "  sana generate \"a cat\" --best-of 8 --judge clip --judge-model CLIP -o 8.png"
    })
final class GenerateCommand implements Callable<Integer> {
  private static final String STANDARD_INPUT = "-";
  private static final double NANOS = 1e9;

  @Spec private CommandSpec spec;
  @Mixin private RequestOptions requestOptions;
  @Mixin private TaskOptions taskOptions;
  @Mixin private ComputeOptions compute;
  @Mixin private OffloadOption offload;

  @Mixin private ModelOption model;
  @Mixin private TimestepOption timestep;
  @Mixin private LoraOptions lora;
  @Mixin private ControlOptions control;

  @Mixin private BestOfOptions bestOf;

  @Mixin private OutputOptions output;

  @Option(
      names = "--prompts",
      paramLabel = "FILE",
      description =
          "Generate an image for each line of a file, or of standard input for -: a prompt, or a"
              + " JSON object with a prompt and settings.")
  private @Nullable String prompts;

  /** Read before the command is parsed, by {@link OptionSource}. */
  @SuppressWarnings("unused")
  @Mixin
  private ConfigOption configFile;

  @Override
  public Integer call() {
    output.require(prompts != null);
    bestOf.check();
    String prompt = requestOptions.prompt();
    if (prompts != null && prompt != null) {
      throw new RequestException("give a prompt or --prompts, not both");
    }
    if (prompt != null) {
      warnOfFileName(prompt);
    }
    ImageProvenance like = requestOptions.like();
    requestOptions
        .notApplied()
        .ifPresent(note -> output.notes().println("sana: " + Sana.oneLine(note)));
    model.quiet(output.isQuiet());
    ModelOption.Chosen chosen =
        like == null
            ? model.chosen(compute.stored())
            : model.chosenLike(like, compute.storedLike(like));
    ModelConfig config = config(chosen, like);
    try {
      return prompts == null ? one(chosen, config, like) : many(chosen, config, like, prompts);
    } finally {
      bestOf.close();
    }
  }

  private int one(ModelOption.Chosen chosen, ModelConfig config, @Nullable ImageProvenance like) {
    GenerationRequest request = request(config, like);
    bestOf.check(request);
    List<Path> targets = output.targets(request);
    compute.apply();
    bestOf.open(compute.device());
    DTypeOption.Precision precision = precision(config);
    PipelineBuilder builder = builder(chosen, config, precision.dtype());
    builder.check(request); // before the weights are read
    timestep.tell(output.notes(), config);
    List<String> notes = notes(config, request);
    notes.forEach(note -> output.notes().println("sana: " + note));
    try (SanaPipeline pipeline = builder.open();
        StepProgress progress = new StepProgress("generate", detail())) {
      precision.tell(output.notes());
      Iterator<Path> files = targets.iterator();
      long[] start = {System.nanoTime()};
      bestOf.generate(
          pipeline,
          request,
          progress,
          (image, choice) -> {
            double seconds = (System.nanoTime() - start[0]) / NANOS;
            List<String> all = ImageReport.joined(notes, progress.notes());
            Path target = files.next();
            output.write(image, target, new ImageReport(null, seconds, all, choice));
            bestOf.writePairs(choice, target);
            start[0] = System.nanoTime();
          });
    }
    return 0;
  }

  private StepProgress.Detail detail() {
    return output.isQuiet() ? StepProgress.Detail.NOTHING : StepProgress.Detail.ALL;
  }

  private int many(
      ModelOption.Chosen chosen, ModelConfig config, @Nullable ImageProvenance like, String list) {
    compute.apply();
    bestOf.open(compute.device());
    DTypeOption.Precision precision = precision(config);
    PipelineBuilder builder = builder(chosen, config, precision.dtype());
    builder.check(request(config, like, PromptLine.of(1, "an image"))); // the options
    timestep.tell(output.notes(), config);
    PromptBatch.Job job =
        new PromptBatch.Job(
            list.equals(STANDARD_INPUT) ? "standard input" : list,
            line -> request(config, like, line),
            request -> notes(config, request),
            () -> {
              SanaPipeline pipeline = builder.open();
              precision.tell(output.notes());
              return pipeline;
            });
    try (PromptLines lines = lines(list);
        PromptBatch batch = new PromptBatch(job, spec.commandLine(), output, bestOf)) {
      return batch.run(lines);
    } catch (IOException e) {
      throw new RequestException(list + " cannot be read: " + IoReason.of(e));
    }
  }

  private static PromptLines lines(String list) throws IOException {
    if (list.equals(STANDARD_INPUT)) {
      return new PromptLines(System.in, null);
    }
    try {
      if (Files.isDirectory(Path.of(list))) {
        throw new RequestException(list + " is a folder; give a file of prompts");
      }
      return new PromptLines(Files.newInputStream(Path.of(list)), PromptLines.isJson(list));
    } catch (InvalidPathException e) {
      throw new RequestException(list + " is not a file name");
    }
  }

  private PipelineBuilder builder(ModelOption.Chosen chosen, ModelConfig config, DType dtype) {
    return TimestepOption.set(SanaPipeline.builder(chosen.folder()), config)
        .name(chosen.name())
        .dtype(dtype)
        .device(compute.device())
        .offload(offload.value());
  }

  private ModelConfig config(ModelOption.Chosen chosen, @Nullable ImageProvenance like) {
    ModelConfig config = ModelConfig.read(chosen.folder());
    return like != null && like.model().equals(chosen.name())
        ? timestep.applied(config, like)
        : timestep.applied(config);
  }

  private GenerationRequest request(ModelConfig config, @Nullable ImageProvenance like) {
    GenerationRequest request = requestOptions.request(config, like, taskOptions);
    boolean sized = like != null || requestOptions.isSized();
    return control.applied(request, config, sized).toBuilder().adapters(lora.choices(like)).build();
  }

  private GenerationRequest request(
      ModelConfig config, @Nullable ImageProvenance like, PromptLine line) {
    GenerationRequest request = requestOptions.request(config, like, taskOptions, line);
    boolean sized = like != null || requestOptions.isSized() || line.size() != null;
    List<LoraChoice> given = line.adapters();
    return control.applied(request, config, sized).toBuilder()
        .adapters(given == null ? lora.choices(like) : given)
        .build();
  }

  /** Returns the precision; with {@code --like}, by default that of the image. */
  private DTypeOption.Precision precision(ModelConfig config) {
    ImageProvenance like = requestOptions.like();
    return like == null
        ? compute.precision(config)
        : DTypeOption.Precision.asked(compute.dtypeLike(like));
  }

  /** Returns notes about settings that do not have the effect that users may expect. */
  private static List<String> notes(ModelConfig config, GenerationRequest request) {
    List<String> notes = new ArrayList<>();
    if (!config.isSprint()) {
      return notes;
    }
    if (!request.negativePrompt().isEmpty()) {
      notes.add("Sprint models do not support a negative prompt; it is ignored");
    }
    double strength = request.task().strength();
    boolean takesAll = config.sampler().stepsTaken(request) == request.steps();
    if (strength < 1 && takesAll && request.times().isEmpty()) {
      notes.add(
          ("a strength of %s runs all of %d steps, like a strength of 1; use more steps or a lower"
                  + " strength to keep part of the image")
              .formatted(strength, request.steps()));
    }
    return notes;
  }

  /** Other programs read the file in {@code @FILE}; here it is a prompt like any other. */
  private void warnOfFileName(String prompt) {
    if (prompt.length() < 2 || prompt.charAt(0) != '@') {
      return;
    }
    String name = prompt.substring(1);
    try {
      if (Files.isRegularFile(Path.of(name))) {
        String note = "@ does not read files, %s is the prompt; use --prompts %s for the file";
        output.notes().println("sana: " + Sana.oneLine(note.formatted(prompt, name)));
      }
    } catch (InvalidPathException e) {
      // Not a file name.
    }
  }
}
