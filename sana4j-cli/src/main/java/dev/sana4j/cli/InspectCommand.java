package dev.sana4j.cli;

import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.PartContents;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.model.PrecisionChoice;
import dev.sana4j.tensor.Device;
import dev.sana4j.weights.CheckpointException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sana inspect}: prints the contents of a model folder. */
@Command(
    name = "inspect",
    description =
        "Prints the parts of a model folder without loading the weights, and the precision that"
            + " --dtype auto selects on this processor.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  sana inspect DIR"})
final class InspectCommand implements Callable<Integer> {
  private static final String ROW = "%-14s %-32s %15s %16s  %s%n";

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description =
          "Model folder in the diffusers layout, or the name of a model on the hub (default: the"
              + " embedded model).")
  private @Nullable String model;

  @Override
  public Integer call() {
    ModelFolder folder = ModelNames.open(model);
    List<PartContents> parts = folder.contents();
    PrintWriter out = spec.commandLine().getOut();
    out.println(folder.pipelineClass());
    out.printf(ROW, "part", "class", "parameters", "bytes", "dtypes");
    parts.forEach(part -> print(out, part));
    out.printf(
        ROW,
        "total",
        "",
        grouped(parts.stream().mapToLong(PartContents::parameters).sum()),
        grouped(parts.stream().mapToLong(PartContents::bytes).sum()),
        "");
    choice(folder).ifPresent(choice -> out.println(choice.line()));
    out.flush();
    return 0;
  }

  /** Returns the precision for this processor; empty if the model is not supported. */
  private static Optional<PrecisionChoice> choice(ModelFolder folder) {
    try {
      return Optional.of(PrecisionChoice.choose(ModelConfig.read(folder), Device.CPU));
    } catch (ModelException | CheckpointException e) {
      return Optional.empty();
    }
  }

  private static void print(PrintWriter out, PartContents part) {
    boolean weights = part.files() > 0;
    out.printf(
        ROW,
        part.part().folder(),
        part.className(),
        weights ? grouped(part.parameters()) : "-",
        weights ? grouped(part.bytes()) : "-",
        weights ? dtypes(part) : "-");
  }

  private static String dtypes(PartContents part) {
    String types =
        part.bytesByDtype().size() == 1
            ? part.bytesByDtype().keySet().iterator().next()
            : part.bytesByDtype().entrySet().stream()
                .map(entry -> entry.getKey() + " " + grouped(entry.getValue()))
                .collect(Collectors.joining(", "));
    return part.files() == 1 ? types : types + " in " + part.files() + " files";
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
