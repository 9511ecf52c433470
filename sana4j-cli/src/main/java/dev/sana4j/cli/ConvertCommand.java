package dev.sana4j.cli;

import dev.sana4j.convert.ConversionListener;
import dev.sana4j.convert.ConversionSettings;
import dev.sana4j.convert.FolderConversion;
import dev.sana4j.convert.OriginalConversion;
import dev.sana4j.convert.Variant;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.hub.HubException;
import dev.sana4j.pipeline.ModelLocator;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.source.CheckpointConverter;
import dev.sana4j.pipeline.source.Origin;
import dev.sana4j.tensor.DType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
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
      "  sana convert Sana_Sprint_1.6B_1024px_teacher.pth -o teacher",
      "  sana convert teacher -o teacher.pth",
      "  sana convert SANA1.5_1.6B_1024px.pth --base DIR --dtype bf16 -o sana-1.5"
    })
final class ConvertCommand implements Callable<Integer> {
  private static final String NO_BASE = "none";

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "INPUT",
      description =
          "A .pth or .safetensors file in the original layout, a model on the hub that contains"
              + " one, or a model folder.")
  private String input = "";

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
          "Model that provides the other parts: text encoder, autoencoder, tokenizer and scheduler;"
              + " none writes only the converted part (default: the parts of the published model,"
              + " from the hub or its cache).")
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
    Optional<Origin> checkpoint = checkpoint();
    if (checkpoint.isPresent()) {
      toFolder(checkpoint.get());
    } else {
      toOriginal(ModelLocator.present(input).orElseGet(() -> ModelNames.folder(input)));
    }
    spec.commandLine().getOut().println(output);
    return 0;
  }

  private Optional<Origin> checkpoint() {
    if (Files.exists(output)) {
      throw new RequestException(output + " exists; name another folder or file");
    }
    try (DownloadProgress progress = DownloadProgress.of(ModelNames.settings(), false)) {
      return ModelNames.locator().checkpoint(input, progress);
    }
  }

  private void toFolder(Origin checkpoint) {
    ModelFolder others = others(checkpoint);
    var settings =
        new ConversionSettings(
            variant, heads, crossHeads, resolution, interpolationScale, scalingFactor, dtype);
    try (FolderConversion conversion =
            FolderConversion.open(checkpoint.path(), checkpoint.hint(), others, settings);
        var progress = new ProgressLine(true)) {
      conversion.description().forEach(line -> spec.commandLine().getErr().println(line));
      conversion.write(output, listener(progress));
    }
  }

  /** Returns the given base, else the published parts; null to convert only the part itself. */
  private @Nullable ModelFolder others(Origin checkpoint) {
    if (base != null) {
      return base.equals(NO_BASE) ? null : ModelNames.open(base);
    }
    var contents = CheckpointConverter.require().contents(checkpoint.path());
    if (!contents.parts().contains(Part.TRANSFORMER)) {
      return null;
    }
    try (DownloadProgress progress = DownloadProgress.of(ModelNames.settings(), false)) {
      return ModelNames.locator().publishedParts(checkpoint, progress);
    } catch (HubException e) {
      spec.commandLine()
          .getErr()
          .println(
              "sana: writing only the transformer, which is not a whole model, because the other"
                  + " parts are not available: "
                  + e.getMessage()
                  + "; give them with --base MODEL");
      return null;
    }
  }

  private void toOriginal(Path folder) {
    if (base != null || dtype != null || variant != null) {
      throw new RequestException(
          input + " is not a file; --base, --dtype and --variant apply only to files");
    }
    try (OriginalConversion conversion = opened(folder);
        var progress = new ProgressLine(true)) {
      conversion.write(output, listener(progress));
    }
  }

  /** Opens a model folder, or the folder of one part. */
  private static OriginalConversion opened(Path folder) {
    boolean part =
        Files.isRegularFile(folder.resolve("config.json"))
            && !Files.isRegularFile(folder.resolve("model_index.json"));
    if (part) {
      return OriginalConversion.ofPart(folder, DType.FLOAT32);
    }
    return OriginalConversion.ofModel(ModelFolder.open(folder), DType.FLOAT32);
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
