package dev.sana4j.cli;

import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.PipelineBuilder;
import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.Task;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sana upscale}: enlarges an image; the model adds details. */
@Command(
    name = "upscale",
    description =
        "Enlarges an image by a factor of 2 or 4, tile by tile, and prints the path of the result."
            + " See docs/how-to/upscale.md.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Example:", "  sana upscale dog.png --model emoji-teacher -o larger.png"})
final class UpscaleCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "IMAGE", description = "Input image: PNG, JPEG, WebP, GIF, BMP or TIFF.")
  private Path image;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "Output file: PNG, JPEG or WebP by extension.")
  private Path output = Path.of("");

  @Option(
      names = "--factor",
      paramLabel = "N",
      defaultValue = "2",
      description = "Scale factor, 2 or 4; 4 upscales by 2 twice (default: ${DEFAULT-VALUE}).")
  private int factor;

  @Option(
      names = "--strength",
      paramLabel = "S",
      defaultValue = "0.2",
      description =
          "How much the scaled image changes, above 0 up to 1; 1 replaces it completely (default:"
              + " ${DEFAULT-VALUE}).")
  private double strength;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      defaultValue = "",
      description =
          "Prompt for every tile (default: empty, because each tile shows a different part).")
  private String prompt = "";

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "Denoising steps, 1 to 1000; a strength below 1 skips some of them (default: 4 for"
              + " Sprint, else 20).")
  private @Nullable Integer steps;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of the noise (default: random).")
  private @Nullable Long seed;

  @Option(names = "--overwrite", description = "Replace an existing file.")
  private boolean overwrite;

  @Mixin private ComputeOptions compute;
  @Mixin private OffloadOption offload;
  @Mixin private ModelOption model;
  @Mixin private TimestepOption timestep;

  @Override
  public Integer call() {
    ImageFiles.checkWritable(output, overwrite);
    RgbImage pixels = ImageFiles.read(image);
    ModelOption.Chosen chosen = model.chosen(compute.stored());
    ModelConfig config = timestep.applied(ModelConfig.read(chosen.folder()));
    GenerationRequest request = request(config, Task.upscale(pixels, factor, strength));
    compute.apply();
    DTypeOption.Precision precision = compute.precision(config);
    PipelineBuilder builder =
        TimestepOption.set(SanaPipeline.builder(chosen.folder()), config)
            .name(chosen.name())
            .dtype(precision.dtype())
            .device(compute.device())
            .offload(offload.value());
    builder.check(request);
    timestep.tell(spec.commandLine().getErr(), config);
    try (SanaPipeline pipeline = builder.open();
        StepProgress progress = new StepProgress()) {
      precision.tell(spec.commandLine().getErr());
      pipeline.generate(request, progress).get(0).write(output, overwrite);
    }
    spec.commandLine().getOut().println(output);
    return 0;
  }

  private GenerationRequest request(ModelConfig config, Task task) {
    GenerationRequest.Builder builder =
        config
            .request(task, prompt)
            .seed(seed == null ? new SecureRandom().nextInt(Integer.MAX_VALUE) : seed);
    return (steps == null ? builder : builder.steps(steps)).build();
  }
}
