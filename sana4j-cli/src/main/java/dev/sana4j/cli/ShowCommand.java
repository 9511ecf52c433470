package dev.sana4j.cli;

import dev.sana4j.pipeline.ImageProvenance;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sana show}: prints the request stored in an image. */
@Command(
    name = "show",
    description = "Prints how an image was made: model, dtype and request, as JSON.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  sana show cat.png"})
final class ShowCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "PNG", description = "PNG written by sana4j.")
  private Path image;

  @Override
  public Integer call() {
    spec.commandLine().getOut().println(ImageProvenance.read(image).json());
    return 0;
  }
}
