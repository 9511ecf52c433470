package dev.sana4j.cli;

import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageFormat;
import dev.sana4j.image.WriteOptions;
import dev.sana4j.pipeline.GeneratedImage;
import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.PipelineBuilder;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationRequest;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
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
    description =
        "Generates images from a prompt, or modifies an image, and prints the paths of the files.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
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
      "  sana generate --init dog.png --canvas 192x128 -o wide.png"
    })
final class GenerateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RequestOptions requestOptions;
  @Mixin private TaskOptions taskOptions;
  @Mixin private ComputeOptions compute;

  @Mixin private ModelOption model;
  @Mixin private TimestepOption timestep;
  @Mixin private LoraOptions lora;
  @Mixin private ControlOptions control;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "Output file, PNG, JPEG or WebP by extension; several images are numbered (default:"
              + " sana-SEED.png).")
  private @Nullable Path output;

  @Option(names = "--overwrite", description = "Replace existing files.")
  private boolean overwrite;

  @Option(names = "--no-metadata", description = "Do not store the request in the PNG.")
  private boolean noMetadata;

  @Override
  public Integer call() {
    ImageProvenance like = requestOptions.like();
    ModelOption.Chosen chosen =
        like == null
            ? model.chosen(compute.stored())
            : model.chosenLike(like, compute.storedLike(like));
    ModelConfig config = config(chosen, like);
    GenerationRequest request = request(config, like);
    List<Path> targets = targets(request);
    targets.forEach(target -> ImageFiles.checkWritable(target, overwrite));
    compute.apply();
    DTypeOption.Precision precision = precision(config);
    PipelineBuilder builder =
        TimestepOption.set(SanaPipeline.builder(chosen.folder()), config)
            .name(chosen.name())
            .dtype(precision.dtype())
            .device(compute.device());
    builder.check(request); // before the weights are read
    timestep.tell(spec.commandLine().getErr(), config);
    warnOfUnused(config, request);
    try (SanaPipeline pipeline = builder.open();
        StepProgress progress = new StepProgress()) {
      precision.tell(spec.commandLine().getErr());
      Iterator<Path> files = targets.iterator();
      pipeline.generate(request, progress, image -> write(image, files.next()));
    }
    return 0;
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

  /** Returns the precision; with {@code --like}, by default that of the image. */
  private DTypeOption.Precision precision(ModelConfig config) {
    ImageProvenance like = requestOptions.like();
    return like == null
        ? compute.precision(config)
        : DTypeOption.Precision.asked(compute.dtypeLike(like));
  }

  /** Returns the output files; several have a number before the extension. */
  private List<Path> targets(GenerationRequest request) {
    Path base = output == null ? Path.of("sana-" + request.seed() + ".png") : output;
    if (request.images() == 1) {
      return List.of(base);
    }
    ImageFormat.of(base); // rejects a name without an extension
    String name = base.getFileName().toString();
    int dot = name.lastIndexOf('.');
    List<Path> numbered = new ArrayList<>();
    for (int i = 1; i <= request.images(); i++) {
      numbered.add(base.resolveSibling(name.substring(0, dot) + "-" + i + name.substring(dot)));
    }
    return numbered;
  }

  private void warnOfUnused(ModelConfig config, GenerationRequest request) {
    if (!config.isSprint()) {
      return;
    }
    PrintWriter err = spec.commandLine().getErr();
    if (!request.negativePrompt().isEmpty()) {
      err.println("sana: Sprint models do not support a negative prompt; it is ignored");
    }
    double strength = request.task().strength();
    boolean takesAll = config.sampler().stepsTaken(request) == request.steps();
    if (strength < 1 && takesAll && request.times().isEmpty()) {
      err.printf(
          "sana: a strength of %s runs all of %d steps, like a strength of 1; use more steps or a"
              + " lower strength to keep part of the image%n",
          strength, request.steps());
    }
  }

  private void write(GeneratedImage image, Path target) {
    Map<String, String> texts = noMetadata ? Map.of() : image.provenance().texts();
    ImageFiles.write(image.pixels(), target, new WriteOptions(texts, overwrite));
    PrintWriter out = spec.commandLine().getOut();
    out.println(target);
    out.flush();
  }
}
