package dev.sana4j.cli;

import dev.sana4j.convert.Quantization;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sana quantize}: a model folder with weights of 8-bit integers. */
@Command(
    name = "quantize",
    description = {
      "Writes a model folder whose large weights are 8-bit integers: about two thirds of the disk, and"
          + " --dtype int8 need not round them at each start."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Example:",
      "  sana quantize DIR -o DIR-int8",
      "  sana generate \"a cat\" --model DIR-int8 -o cat.png"
    })
final class QuantizeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "MODEL",
      description = "A model folder, or the name of a model on the Hugging Face hub.")
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
