package dev.sana4j.cli;

import dev.sana4j.emoji.evaluate.Comparison.Candidate;
import dev.sana4j.emoji.evaluate.EvaluationOptions.Sampling;
import dev.sana4j.folder.ModelFolder;
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

/** Gives every model of an evaluation a label, and every candidate a name that files can have. */
final class Candidates {
  private static final int LONGEST = 80;

  /** Of a model on the hub; too long for names of files. */
  private static final Pattern COMMIT = Pattern.compile("@[0-9a-f]{40}$");

  private final ComputeOptions compute;
  private final Map<Path, String> labels = new LinkedHashMap<>();
  private final Set<String> taken = new HashSet<>();
  private final List<Candidate> all = new ArrayList<>();
  private final Map<String, DTypeOption.Precision> precisions = new LinkedHashMap<>();

  private Candidates(ComputeOptions compute) {
    this.compute = compute;
  }

  /** Those of the command line, with their configs read; the default model if none is named. */
  static Candidates of(List<CandidateOptions> groups, int batch, ComputeOptions compute) {
    List<CandidateOptions> models = groups.isEmpty() ? List.of(new CandidateOptions()) : groups;
    if (models.size() > 1 && models.stream().anyMatch(model -> !model.isGiven())) {
      throw new RequestException(
          "--steps and --guidance stand once after their --model; join several as 1,2,4");
    }
    var candidates = new Candidates(compute);
    models.forEach(model -> candidates.add(model, batch));
    return candidates;
  }

  List<Candidate> all() {
    return List.copyOf(all);
  }

  /** What each model computes in, where it was chosen; when nothing is refused any more. */
  void tell(PrintWriter err) {
    precisions.forEach(
        (label, precision) -> precision.tell(err, precisions.size() > 1 ? label + ": " : ""));
  }

  private void add(CandidateOptions options, int batch) {
    ModelOption.Chosen chosen = options.chosen();
    ModelFolder folder = chosen.folder();
    ModelConfig config = ModelConfig.read(folder);
    String label =
        labels.computeIfAbsent(
            folder.root().toAbsolutePath().normalize(), root -> label(chosen.name()));
    DTypeOption.Precision precision =
        precisions.computeIfAbsent(label, unused -> compute.precision(config));
    for (Sampling sampling : options.samplings(batch)) {
      String name = name(label, config, sampling);
      all.add(new Candidate(name, label, config, precision.dtype(), sampling));
    }
  }

  /** The last part of a path, with a number where another model has it too. */
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

  /** The guidance that was given, after some text; nothing if none was. */
  static String guidance(Sampling sampling, String before) {
    return sampling.guidance() == null ? "" : before + number(sampling.guidance());
  }

  /** Without digits that say nothing. */
  static String number(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
