package dev.sana4j.cli;

import dev.sana4j.emoji.evaluate.Comparison.Candidate;
import dev.sana4j.emoji.evaluate.EvaluationOptions.Sampling;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.RequestException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Assigns a label to each model of an evaluation, and a name that works as a file name to each
 * candidate.
 */
final class Candidates {
  private static final int LONGEST = 80;

  /** The commit in the folder name of a model from the hub; too long for file names. */
  private static final Pattern COMMIT = Pattern.compile("@[0-9a-f]{40}$");

  private final ComputeOptions compute;
  private final int bestOf;
  private final Map<List<Path>, String> labels = new LinkedHashMap<>();
  private final Set<String> taken = new HashSet<>();
  private final List<Candidate> all = new ArrayList<>();
  private final Map<String, DTypeOption.Precision> precisions = new LinkedHashMap<>();

  private Candidates(ComputeOptions compute, int bestOf) {
    this.compute = compute;
    this.bestOf = bestOf;
  }

  /**
   * Reads the configs of the candidates on the command line; the default model if there are none.
   */
  static Candidates of(
      List<CandidateOptions> groups, int batch, int bestOf, ComputeOptions compute) {
    List<CandidateOptions> models = groups.isEmpty() ? List.of(new CandidateOptions()) : groups;
    if (models.size() > 1 && models.stream().anyMatch(model -> !model.isGiven())) {
      throw new RequestException(
          "give --steps and --guidance once each, after their --model; join several values as"
              + " 1,2,4");
    }
    var candidates = new Candidates(compute, bestOf);
    models.forEach(model -> candidates.add(model, batch));
    return candidates;
  }

  List<Candidate> all() {
    return List.copyOf(all);
  }

  /**
   * Prints the precision of each model for which it was chosen. Called after all checks have
   * passed.
   */
  void tell(PrintWriter err) {
    all.stream().map(Candidate::config).distinct().forEach(c -> TimestepOption.tellNotes(err, c));
    precisions.forEach(
        (label, precision) -> precision.tell(err, precisions.size() > 1 ? label + ": " : ""));
  }

  private void add(CandidateOptions options, int batch) {
    ModelOption.Chosen chosen = options.chosen(compute.stored());
    ModelFolder folder = chosen.folder();
    ModelConfig config = ModelConfig.read(folder);
    String label = labels.computeIfAbsent(key(folder), unused -> label(chosen.name()));
    DTypeOption.Precision precision =
        precisions.computeIfAbsent(label, unused -> compute.precision(config));
    for (Sampling sampling : options.samplings(batch, bestOf)) {
      String name = name(label, config, sampling);
      all.add(new Candidate(name, label, config, precision.dtype(), sampling));
    }
  }

  /** Returns the folders that distinguish models; parts may be replaced. */
  private static List<Path> key(ModelFolder folder) {
    return Stream.of(folder.root(), folder.path(Part.TEXT_ENCODER), folder.path(Part.VAE))
        .map(path -> path.toAbsolutePath().normalize())
        .toList();
  }

  /** Returns the last part of a path, with a number if another model has the same label. */
  private String label(String model) {
    Path last = Path.of(model).toAbsolutePath().normalize().getFileName();
    String text = last == null ? "" : COMMIT.matcher(last.toString()).replaceFirst("");
    String safe = text.replaceAll("[^\\p{L}\\p{N}._-]+", "-").replaceFirst("^[.-]+", "");
    String base = safe.isEmpty() ? "model" : safe.substring(0, Math.min(LONGEST, safe.length()));
    String label = base;
    for (int number = 2; !taken.add(label.toLowerCase(Locale.ROOT)); number++) {
      label = base + "-" + number;
    }
    return label;
  }

  private static String name(String label, ModelConfig config, Sampling sampling) {
    int steps =
        sampling.steps() == null ? config.request("an image").build().steps() : sampling.steps();
    return label + "-" + steps + "-steps" + guidance(sampling, "-guidance-");
  }

  /** Returns the given guidance scale with a prefix; empty if none was given. */
  static String guidance(Sampling sampling, String before) {
    return sampling.guidance() == null ? "" : before + number(sampling.guidance());
  }

  /** Formats a number without trailing zeros. */
  static String number(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
