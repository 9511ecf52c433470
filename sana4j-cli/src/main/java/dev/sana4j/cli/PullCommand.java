package dev.sana4j.cli;

import dev.sana4j.hub.HubModels;
import dev.sana4j.hub.HubSettings;
import dev.sana4j.hub.ModelName;
import dev.sana4j.pipeline.request.RequestException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sana pull}: downloads a model from the hub to the cache. */
@Command(
    name = "pull",
    description = {
      "Downloads a model from the hub to the cache that is shared with the Hugging Face tools, and"
          + " prints its folder. A checkpoint in the original layout is converted to a model"
          + " folder, with the other parts of a published model. Existing files are not downloaded"
          + " again. Run the same command to resume an interrupted download. See"
          + " docs/how-to/models.md for the environment variables."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  sana pull Efficient-Large-Model/Sana_Sprint_0.6B_1024px_diffusers",
      "  sana pull Efficient-Large-Model/Sana_1600M_1024px_diffusers@main --variant fp16",
      "  sana pull Efficient-Large-Model/Sana_Sprint_1.6B_1024px_teacher",
      "  sana pull ORG/NAME checkpoints/NAME.pth"
    })
final class PullCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "ORG/NAME[@REVISION]",
      description =
          "Model to download, also as hf://ORG/NAME[/FILE] or its web address; the default revision"
              + " is main.")
  private String model = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "FILE",
      description = "Download only these files, such as an original checkpoint.")
  private List<String> files = new ArrayList<>();

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description =
          "Variant of the weights, for example fp16 (default: bf16 if available, else no variant,"
              + " else fp16).")
  private @Nullable String variant;

  @Override
  public Integer call() {
    HubSettings settings = ModelNames.settings();
    ModelName name =
        ModelName.of(model, settings.endpoint())
            .orElseThrow(
                () ->
                    new RequestException(
                        "'" + model + "' is not a valid model name; use ORG/NAME[@REVISION]"));
    if (variant != null && !files.isEmpty()) {
      throw new RequestException("give files or --variant, not both");
    }
    List<Path> fetched;
    try (DownloadProgress progress = DownloadProgress.of(settings, false)) {
      fetched = fetch(settings, name, progress);
    }
    PrintWriter out = spec.commandLine().getOut();
    fetched.forEach(out::println);
    out.flush();
    return 0;
  }

  private List<Path> fetch(HubSettings settings, ModelName name, DownloadProgress progress) {
    List<String> paths = new ArrayList<>(files);
    if (!name.path().isEmpty()) {
      paths.add(0, name.path());
    }
    return paths.isEmpty()
        ? List.of(ModelNames.locator().pull(model, variant, progress).folder())
        : new HubModels(settings).pullFiles(name.id(), paths, progress);
  }
}
