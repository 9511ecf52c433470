package dev.sana4j.cli;

import dev.sana4j.pipeline.ImageProvenance;
import dev.sana4j.pipeline.Infotext;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sana show}: prints the request stored in an image. */
@Command(
    name = "show",
    description = {
      "Prints how an image was made, as JSON: model, dtype and request.",
      "Of an image of AUTOMATIC1111 or another program with its metadata: prompts and settings."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  sana show cat.png"})
final class ShowCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "PNG",
      description = "PNG written by sana4j, or by a program with the metadata of AUTOMATIC1111.")
  private Path image;

  @Override
  public Integer call() {
    spec.commandLine().getOut().println(json());
    return 0;
  }

  private String json() {
    return (ImageProvenance.isIn(image) ? Optional.<Infotext>empty() : Infotext.read(image))
        .map(Infotext::json)
        .orElseGet(() -> ImageProvenance.read(image).json());
  }
}
