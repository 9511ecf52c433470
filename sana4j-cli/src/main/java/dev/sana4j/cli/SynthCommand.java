package dev.sana4j.cli;

import dev.sana4j.synth.ModelSynthesis;
import dev.sana4j.synth.SyntheticModel;
import dev.sana4j.tensor.DType;
import java.util.Iterator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code sana synth}: writes a model of a public size with random weights. */
@Command(
    name = "synth",
    description = {
      "Writes a model folder with random weights in the sizes of a public model, to measure time"
          + " and memory without the real weights. Its images show nothing meaningful."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  sana synth --preset sprint-1.6b -o random",
      "  sana generate \"a cat\" --model random --size 512x512 -o noise.png"
    })
final class SynthCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      required = true,
      converter = PresetConverter.class,
      completionCandidates = Presets.class,
      description = "${COMPLETION-CANDIDATES}: sizes of a public model.")
  private SyntheticModel preset = SyntheticModel.sprint1600m();

  @Mixin private NewFolderOption output;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      defaultValue = "bfloat16",
      converter = DTypeOption.DTypeConverter.class,
      description =
          "Dtype of all weights: float32, bfloat16 or float16 (default: ${DEFAULT-VALUE}).")
  private DType dtype = DType.BFLOAT16;

  @Mixin private SeedOption seed;

  @Override
  public Integer call() {
    try (var progress = new ProgressLine(true)) {
      new ModelSynthesis(preset, dtype, seed.seed())
          .write(
              output.path(), (part, done, total) -> progress.showBytes(done, total, part.folder()));
    }
    spec.commandLine().getOut().println(output.path());
    return 0;
  }

  /** The names of the public models. */
  static final class Presets implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return SyntheticModel.presets().keySet().iterator();
    }
  }

  /** Converts the name of a preset. */
  static final class PresetConverter implements ITypeConverter<SyntheticModel> {
    @Override
    public SyntheticModel convert(String text) {
      SyntheticModel preset = SyntheticModel.presets().get(text);
      if (preset == null) {
        throw new TypeConversionException(
            "'" + text + "' is not one of " + String.join(", ", new Presets()));
      }
      return preset;
    }
  }
}
