package dev.sana4j.cli;

import dev.sana4j.convert.Quantization;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
  private static final long MEGABYTE = 1_000_000;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "MODEL",
      description = "A model folder, or the name of a model on the Hugging Face hub.")
  private String model = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      required = true,
      description = "Folder to make; nothing that exists is replaced.")
  private Path output = Path.of("");

  @Override
  public Integer call() {
    Quantization quantization = new Quantization(ModelNames.open(model));
    try (var progress = new ProgressLine(true)) {
      quantization.write(
          output,
          (part, done, total) -> progress.show("MB", done / MEGABYTE, total / MEGABYTE, part));
    }
    spec.commandLine().getOut().println(output);
    return 0;
  }
}
