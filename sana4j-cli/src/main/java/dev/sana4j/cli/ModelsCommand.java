package dev.sana4j.cli;

import dev.sana4j.files.ByteSize;
import dev.sana4j.hub.CachedModel;
import dev.sana4j.hub.HubModels;
import dev.sana4j.hub.HubSettings;
import dev.sana4j.hub.KnownModel;
import dev.sana4j.pipeline.source.CheckpointModels.Converted;
import dev.sana4j.pipeline.source.KnownMemory;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sana models}: lists the models in the caches and the published ones. */
@Command(
    name = "models",
    description =
        "Lists the SANA models in the cache, the converted checkpoints, and the published models"
            + " with their download size, their memory and their licence. Use the names with --model"
            + " and sana pull.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  sana models"})
final class ModelsCommand implements Callable<Integer> {
  private static final int SHOWN_DIGITS = 12;
  private static final String UNKNOWN = "?";
  private static final String CACHED = "  %-63s %-22s %9s  %-33s %s%n";
  private static final String CONVERTED = "  %-63s %-11s %s%n";
  private static final String KNOWN = "  %-63s %-12s %10s %10s %5s %11s %14s  %s%n";

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    HubSettings settings = ModelNames.settings();
    PrintWriter out = spec.commandLine().getOut();
    printCached(out, settings);
    printConverted(out);
    printPublished(out);
    out.flush();
    return 0;
  }

  private static void printCached(PrintWriter out, HubSettings settings) {
    List<CachedModel> cached = new HubModels(settings).cached();
    out.println("In " + settings.cache() + ":");
    if (cached.isEmpty()) {
      out.println("  none");
    } else {
      out.printf(CACHED, "model", "revision", "size", "state", "licence");
      cached.forEach(model -> print(out, model));
    }
  }

  private static void printConverted(PrintWriter out) {
    List<Converted> converted = ModelNames.locator().converted();
    if (!converted.isEmpty()) {
      out.println();
      out.println("Converted checkpoints:");
      out.printf(CONVERTED, "checkpoint", "dtype", "folder");
      converted.forEach(model -> print(out, model));
    }
  }

  private static void printPublished(PrintWriter out) {
    out.println();
    out.println("Published:");
    out.printf(
        KNOWN,
        "model",
        "kind",
        "parameters",
        "resolution",
        "steps",
        "download",
        "memory",
        "licence");
    KnownModel.family().forEach(model -> print(out, model));
    printNotes(out);
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
        model.state() == CachedModel.State.INCOMPLETE ? state + ", resume with sana pull" : state,
        orUnknown(model.licence()));
  }

  private static void print(PrintWriter out, Converted model) {
    out.printf(
        CONVERTED,
        model.source().replaceFirst("(@[0-9a-f]{12})[0-9a-f]{28}", "$1"),
        model.dtype(),
        model.folder());
  }

  private static void print(PrintWriter out, KnownModel model) {
    out.printf(
        KNOWN,
        model.id(),
        model.kind(),
        model.isModel() ? model.parameters() : "-",
        model.isModel() ? model.resolution() : "-",
        model.isModel() ? model.steps() : "-",
        download(model),
        KnownMemory.of(model).map(ModelsCommand::memory).orElse(model.isModel() ? UNKNOWN : "-"),
        orUnknown(model.licence()));
  }

  private static String download(KnownModel model) {
    if (model.gigabytes() == 0) {
      return UNKNOWN;
    }
    String size = String.format(Locale.ROOT, "%.1f GB", model.gigabytes());
    return model.kind() == KnownModel.Kind.CHECKPOINT ? size + " +" : size;
  }

  private static String memory(KnownMemory memory) {
    return String.format(
        Locale.ROOT, "%.1f/%.1f/%.1f", memory.float32(), memory.bfloat16(), memory.int8());
  }

  private static String orUnknown(String text) {
    return text.isEmpty() ? UNKNOWN : text;
  }

  private static void printNotes(PrintWriter out) {
    out.println();
    out.printf(
        Locale.ROOT,
        "  +        a checkpoint also needs %.1f GB of other parts, unless they are in the cache%n",
        KnownModel.PARTS_GIGABYTES);
    out.println(
        "  memory   GiB for one image of this resolution in float32, bfloat16 and int8 on a CPU");
    out.println("  licence  as the hub shows it; ? means unknown: the first download prints it");
  }
}
