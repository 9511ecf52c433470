package dev.sana4j.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sana4j.cli.cache.CacheFolders;
import dev.sana4j.cli.cache.StoredFiles;
import dev.sana4j.cli.cache.StoredKind;
import dev.sana4j.files.ByteSize;
import dev.sana4j.files.StrictJson;
import java.io.PrintWriter;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sana cache}: lists the files that sana4j stores. */
@Command(
    name = "cache",
    description =
        "Lists the unpacked libraries, models and measurements that sana4j stores, with their"
            + " sizes and folders. Everything can be deleted; sana4j unpacks, converts and measures"
            + " it again when it is needed.",
    mixinStandardHelpOptions = true,
    subcommands = CachePruneCommand.class,
    synopsisSubcommandLabel = "[prune]",
    footer = {"", "Examples:", "  sana cache", "  sana cache prune --dry-run"})
final class CacheCommand implements Callable<Integer> {
  @Option(names = "--json", description = "Print a JSON document instead of a table.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws JsonProcessingException {
    CacheFolders folders = CacheFolders.of(ModelNames.settings());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      List<Map<String, Object>> all =
          List.of(StoredKind.values()).stream()
              .flatMap(kind -> folders.stored(kind).stream())
              .map(CacheCommand::fields)
              .toList();
      out.println(StrictJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(all));
    } else {
      for (StoredKind kind : StoredKind.values()) {
        print(out, folders, kind);
      }
    }
    out.flush();
    return 0;
  }

  /** Returns the fields of an entry in JSON. */
  static Map<String, Object> fields(StoredFiles files) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("kind", files.kind().toString());
    fields.put("path", files.path().toString());
    fields.put("bytes", files.bytes());
    fields.put("written", files.written().toString());
    fields.put("current", files.current());
    return fields;
  }

  private static void print(PrintWriter out, CacheFolders folders, StoredKind kind) {
    List<StoredFiles> all = folders.stored(kind);
    long bytes = all.stream().mapToLong(StoredFiles::bytes).sum();
    out.printf(
        "%s (%s), %s in %s%n", kind, kind.title(), new ByteSize(bytes), folders.folder(kind));
    all.forEach(files -> out.println(line(files)));
  }

  /** Returns a line of the table. */
  static String line(StoredFiles files) {
    return "  %-60s %9s  %s%s"
        .formatted(
            files.path().getFileName(),
            new ByteSize(files.bytes()),
            LocalDate.ofInstant(files.written(), ZoneId.systemDefault()),
            files.current() ? "" : "  another version");
  }
}
