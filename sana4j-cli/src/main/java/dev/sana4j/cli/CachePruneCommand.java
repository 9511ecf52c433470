package dev.sana4j.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sana4j.cli.cache.CacheFolders;
import dev.sana4j.cli.cache.CachePruning;
import dev.sana4j.cli.cache.CachePruning.Result;
import dev.sana4j.cli.cache.StoredKind;
import dev.sana4j.files.ByteSize;
import dev.sana4j.files.StrictJson;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sana cache prune}: removes stored files. */
@Command(
    name = "prune",
    description =
        "Removes the unpacked libraries of other versions, and other kinds of files if they are"
            + " named. Keeps what a running process uses, as far as the system reports it.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  sana cache prune --dry-run",
      "  sana cache prune converted prefixes --older-than 30"
    })
final class CachePruneCommand implements Callable<Integer> {
  private static final int MOST_DAYS = 36_500;

  @Parameters(
      paramLabel = "KIND",
      arity = "0..*",
      description =
          "natives, tokenizers, sqlite, bundled, converted, prefixes or speeds. Of natives,"
              + " tokenizers and sqlite, only other versions than those in use are removed"
              + " (default: these three).")
  private List<StoredKind> kinds = List.of();

  @Option(names = "--dry-run", description = "Only print the files that would be removed.")
  private boolean dryRun;

  @Option(
      names = "--older-than",
      paramLabel = "DAYS",
      description = "Only remove files that were written more than this number of days ago.")
  private int olderThan;

  @Option(names = "--json", description = "Print a JSON document instead of lines.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws JsonProcessingException {
    if (olderThan < 0 || olderThan > MOST_DAYS) {
      throw new ParameterException(
          spec.commandLine(), "--older-than must be 0 to " + MOST_DAYS + ", but was " + olderThan);
    }
    if (kinds.contains(StoredKind.HUB)) {
      throw new ParameterException(
          spec.commandLine(),
          "downloads of the hub are shared with other programs; delete them with the hub's own"
              + " tools, for example hf cache");
    }
    Set<StoredKind> wanted =
        kinds.isEmpty()
            ? EnumSet.of(StoredKind.NATIVES, StoredKind.TOKENIZERS, StoredKind.SQLITE)
            : EnumSet.copyOf(kinds);
    List<Result> results =
        new CachePruning(CacheFolders.of(ModelNames.settings()))
            .prune(wanted, Instant.now().minus(Duration.ofDays(olderThan)), dryRun);
    print(results);
    return results.stream().allMatch(Result::isRemoved) ? 0 : 1;
  }

  private void print(List<Result> results) throws JsonProcessingException {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      List<Map<String, Object>> all = results.stream().map(this::fields).toList();
      out.println(StrictJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(all));
    } else {
      results.forEach(
          result ->
              out.println(
                  (result.isRemoved() ? removed() : "kept (" + result.kept() + ")")
                      + ": "
                      + result.files().path()));
      out.println(removed() + " " + new ByteSize(bytes(results)));
    }
    out.flush();
  }

  private Map<String, Object> fields(Result result) {
    Map<String, Object> fields = CacheCommand.fields(result.files());
    fields.put("removed", result.isRemoved() && !dryRun);
    fields.put("kept", result.kept());
    return fields;
  }

  private String removed() {
    return dryRun ? "would remove" : "removed";
  }

  private static long bytes(List<Result> results) {
    return results.stream()
        .filter(Result::isRemoved)
        .mapToLong(result -> result.files().bytes())
        .sum();
  }
}
