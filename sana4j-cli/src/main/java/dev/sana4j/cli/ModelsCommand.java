package dev.sana4j.cli;

import dev.sana4j.files.ByteSize;
import dev.sana4j.hub.CachedModel;
import dev.sana4j.hub.HubModels;
import dev.sana4j.hub.HubSettings;
import dev.sana4j.hub.KnownModel;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sana models}: lists the models in the cache and the published ones. */
@Command(
    name = "models",
    description =
        "Lists the SANA models in the cache and the published ones. Use their names with --model"
            + " and sana pull.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  sana models"})
final class ModelsCommand implements Callable<Integer> {
  private static final int SHOWN_DIGITS = 12;
  private static final String CACHED = "  %-63s %-22s %9s  %s%n";
  private static final String KNOWN = "  %-63s %10s %10s %5s  %s%n";

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    HubSettings settings = ModelNames.settings();
    List<CachedModel> cached = new HubModels(settings).cached();
    PrintWriter out = spec.commandLine().getOut();
    out.println("In " + settings.cache() + ":");
    if (cached.isEmpty()) {
      out.println("  none");
    } else {
      out.printf(CACHED, "model", "revision", "size", "state");
      cached.forEach(model -> print(out, model));
    }
    out.println();
    out.println("Published:");
    out.printf(KNOWN, "model", "parameters", "resolution", "steps", "layout");
    KnownModel.family().forEach(model -> print(out, model));
    out.flush();
    return 0;
  }

  private static void print(PrintWriter out, CachedModel model) {
    String commit = model.commit().substring(0, SHOWN_DIGITS);
    String revisions = String.join(",", model.revisions());
    String state = model.state().name().toLowerCase(Locale.ROOT);
    out.printf(
        CACHED,
        model.repository(),
        revisions.isEmpty() ? commit : revisions + " " + commit,
        new ByteSize(model.bytes()),
        model.state() == CachedModel.State.INCOMPLETE ? state + ", resume with sana pull" : state);
  }

  private static void print(PrintWriter out, KnownModel model) {
    out.printf(
        KNOWN,
        model.id(),
        model.parameters(),
        model.resolution(),
        model.steps(),
        model.kind());
  }
}
