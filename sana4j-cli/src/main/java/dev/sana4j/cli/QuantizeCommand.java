package dev.sana4j.cli;

import dev.sana4j.convert.Quantization;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sana quantize}: writes a model folder with 8-bit weights. */
@Command(
    name = "quantize",
    description = {
      "Writes a model folder whose large weights are 8-bit integers. It needs about two thirds of"
          + " the disk space, and --dtype int8 starts faster because the weights are already"
          + " rounded. See docs/how-to/quantize.md."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  sana quantize DIR -o DIR-int8",
      "  sana generate \"a cat\" --model DIR-int8 -o cat.png"
    })
final class QuantizeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "MODEL",
      description = "Model folder, or the name of a model on the hub.")
  private String model = "";

  @Mixin private NewFolderOption output;

  @Override
  public Integer call() {
    Quantization quantization = new Quantization(ModelNames.open(model));
    try (var progress = new ProgressLine(true)) {
      quantization.write(
          output.path(), (part, done, total) -> progress.showBytes(done, total, part));
    }
    spec.commandLine().getOut().println(output.path());
    return 0;
  }
}
