package dev.sana4j.cli;

import dev.sana4j.hub.HubId;
import dev.sana4j.hub.HubModels;
import dev.sana4j.hub.HubSettings;
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

/** {@code sana pull}: a model of the hub into the cache. */
@Command(
    name = "pull",
    description = {
      "Fetches a model from the hub into the cache that the Hugging Face tools have too, as far as"
          + " it is not there, and prints its folder; docs/models.md has the environment variables."
          + " After a cut the same command goes on."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  sana pull Efficient-Large-Model/Sana_Sprint_0.6B_1024px_diffusers",
      "  sana pull Efficient-Large-Model/Sana_1600M_1024px_diffusers@main --variant fp16",
      "  sana pull ORG/NAME checkpoints/NAME.pth"
    })
final class PullCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "ORG/NAME[@REVISION]",
      description = "The model; without a revision its branch main.")
  private String model = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "FILE",
      description = "Only these files of it, such as an original checkpoint.")
  private List<String> files = new ArrayList<>();

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description =
          "Weights of this variant, for example fp16 (default: bf16 if there is one, else those"
              + " without a variant, else fp16).")
  private @Nullable String variant;

  @Override
  public Integer call() {
    HubId id = HubId.parse(model);
    if (variant != null && !files.isEmpty()) {
      throw new RequestException("name files or a --variant, not both");
    }
    HubSettings settings = ModelNames.settings();
    List<Path> fetched;
    try (DownloadProgress progress = DownloadProgress.of(settings)) {
      fetched = fetch(new HubModels(settings), id, progress);
    }
    PrintWriter out = spec.commandLine().getOut();
    fetched.forEach(out::println);
    out.flush();
    return 0;
  }

  private List<Path> fetch(HubModels models, HubId id, DownloadProgress progress) {
    if (!files.isEmpty()) {
      return models.pullFiles(id, files, progress);
    }
    return List.of(
        variant == null ? models.pull(id, progress) : models.pull(id, variant, progress));
  }
}
