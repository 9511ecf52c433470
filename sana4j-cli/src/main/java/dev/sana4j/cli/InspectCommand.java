package dev.sana4j.cli;

import dev.sana4j.folder.ModelFolder;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sana inspect}: prints the contents of a model folder. */
@Command(
    name = "inspect",
    description =
        "Prints the parts of a model folder without loading the weights: the files that generate"
            + " uses on this machine, the precision that --dtype auto selects, and the memory that"
            + " an image needs.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  sana inspect DIR"})
final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private TimestepOption timestep;

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description =
          "Model folder in the diffusers layout, the folder of one of its parts, or the name of a"
              + " model on the hub (default: the bundled model).")
  private @Nullable String model;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    lines().forEach(line -> out.println(Sana.oneLine(line)));
    out.flush();
    return 0;
  }

  private List<String> lines() {
    if (model == null) {
      return ModelOverview.of(ModelNames.open(null), timestep::applied);
    }
    Path path = ModelNames.folder(model);
    return Files.isRegularFile(path.resolve("model_index.json"))
        ? ModelOverview.of(ModelFolder.open(path), timestep::applied)
        : ModelOverview.ofPart(path)
            .orElseGet(() -> ModelOverview.of(ModelFolder.open(path), timestep::applied));
  }
}
