package dev.sana4j.cli;

import dev.sana4j.convert.ConversionListener;
import dev.sana4j.convert.ConversionSettings;
import dev.sana4j.convert.FolderConversion;
import dev.sana4j.convert.OriginalConversion;
import dev.sana4j.convert.Variant;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.tensor.DType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code sana convert}: converts original checkpoints to model folders and vice versa. */
@Command(
    name = "convert",
    description = {
      "Converts a checkpoint in its original layout to a model folder, or a model folder to such a"
          + " checkpoint. Original checkpoints are .pth files (SANA, its teachers and students,"
          + " ControlNets) or .safetensors files (DC-AE). The kind of model is detected. See"
          + " docs/how-to/convert.md."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  sana convert Sana_Sprint_1.6B_1024px_teacher.pth --base DIR -o teacher",
      "  sana convert teacher -o teacher.pth",
      "  sana convert SANA1.5_1.6B_1024px.pth --base DIR --dtype bf16 -o sana-1.5"
    })
final class ConvertCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "INPUT",
      description = "A .pth or .safetensors file in the original layout, or a model folder.")
  private Path input = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "PATH",
      required = true,
      description = "Folder or file to create; it must not exist.")
  private Path output = Path.of("");

  @Option(
      names = "--base",
      paramLabel = "MODEL",
      description =
          "Model folder, or name of a model on the hub, that provides the other parts: text"
              + " encoder, autoencoder, tokenizer and scheduler. Without it, only the converted"
              + " part is written.")
  private @Nullable String base;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      converter = DTypeOption.DTypeConverter.class,
      description =
          "Dtype of the weights in the model folder: float32, bfloat16 or float16 (default: as in"
              + " the file).")
  private @Nullable DType dtype;

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      converter = VariantConverter.class,
      completionCandidates = Variants.class,
      description =
          "Model variant: ${COMPLETION-CANDIDATES} (default: detected from the tensors; if these"
              + " fit both sana-1.5 and a teacher, from the file name, then from --base).")
  private @Nullable Variant variant;

  @Option(
      names = "--heads",
      paramLabel = "N",
      description =
          "Number of self-attention heads (default: as in --base or in the public models).")
  private @Nullable Integer heads;

  @Option(
      names = "--cross-heads",
      paramLabel = "N",
      description =
          "Number of cross-attention heads (default: as in --base or in the public models).")
  private @Nullable Integer crossHeads;

  @Option(
      names = "--resolution",
      paramLabel = "PIXELS",
      description =
          "Side of the images that the model was trained for, in pixels (default: from pos_embed,"
              + " else from --base, else 1024).")
  private @Nullable Integer resolution;

  @Option(
      names = "--interpolation-scale",
      paramLabel = "X",
      description =
          "Scale of the position embedding, 0 for a model without one (default: from pos_embed).")
  private @Nullable Double interpolationScale;

  @Option(
      names = "--scaling-factor",
      paramLabel = "X",
      description =
          "Scaling factor of the latents of an autoencoder (default: as in --base or in the public"
              + " SANA autoencoder).")
  private @Nullable Double scalingFactor;

  @Override
  public Integer call() {
    if (Files.isRegularFile(input)) {
      toFolder();
    } else {
      toOriginal();
    }
    spec.commandLine().getOut().println(output);
    return 0;
  }

  private void toFolder() {
    ModelFolder others = base == null ? null : ModelNames.open(base);
    var settings =
        new ConversionSettings(
            variant, heads, crossHeads, resolution, interpolationScale, scalingFactor, dtype);
    try (FolderConversion conversion = FolderConversion.open(input, others, settings);
        var progress = new ProgressLine(true)) {
      conversion.description().forEach(line -> spec.commandLine().getErr().println(line));
      conversion.write(output, listener(progress));
    }
  }

  private void toOriginal() {
    if (base != null || dtype != null || variant != null) {
      throw new RequestException(
          input + " is not a file; --base, --dtype and --variant apply only to files");
    }
    try (OriginalConversion conversion = opened();
        var progress = new ProgressLine(true)) {
      conversion.write(output, listener(progress));
    }
  }

  /** Opens a model folder, or the folder of one part. */
  private OriginalConversion opened() {
    if (!Files.exists(input) && input.toString().matches(".*\\.(pth|safetensors)")) {
      throw new RequestException("there is no file " + input);
    }
    boolean part =
        Files.isRegularFile(input.resolve("config.json"))
            && !Files.isRegularFile(input.resolve("model_index.json"));
    if (part) {
      return OriginalConversion.ofPart(input, DType.FLOAT32);
    }
    return OriginalConversion.ofModel(ModelFolder.open(input), DType.FLOAT32);
  }

  private static ConversionListener listener(ProgressLine progress) {
    return (what, done, total) -> progress.showBytes(done, total, what);
  }

  /** The names of the variants. */
  static final class Variants implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Variant.values()).map(Variant::toString).iterator();
    }
  }

  /** Converts the name of a variant. */
  static final class VariantConverter implements ITypeConverter<Variant> {
    @Override
    public Variant convert(String text) {
      return Variant.of(text)
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'" + text + "' is not one of " + String.join(", ", new Variants())));
    }
  }
}
