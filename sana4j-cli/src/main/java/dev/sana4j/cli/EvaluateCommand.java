package dev.sana4j.cli;

import dev.sana4j.emoji.evaluate.AutoencoderQuality;
import dev.sana4j.emoji.evaluate.Comparison;
import dev.sana4j.emoji.evaluate.Comparison.Candidate;
import dev.sana4j.emoji.evaluate.ComparisonResult;
import dev.sana4j.emoji.evaluate.Evaluation;
import dev.sana4j.emoji.evaluate.EvaluationJson;
import dev.sana4j.emoji.evaluate.EvaluationOptions;
import dev.sana4j.emoji.evaluate.EvaluationOptions.Prompts;
import dev.sana4j.emoji.evaluate.EvaluationOptions.Sampling;
import dev.sana4j.emoji.evaluate.EvaluationOptions.ScorerPlan;
import dev.sana4j.emoji.evaluate.EvaluationResult;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.WriteOptions;
import dev.sana4j.measure.run.Summary;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.tensor.DType;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sana evaluate}: measures how well models follow prompts. */
@Command(
    name = "evaluate",
    description =
        "Measures how well models trained on emoji scenes follow prompts, or with --metrics the"
            + " images of any model. Several models, steps or guidance scales are compared. See"
            + " docs/how-to/evaluate.md.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  sana evaluate -o evaluation",
      "  sana evaluate --model DIR -o quick --prompts 50 --rows single --scorers"
          + " evaluation/scorers",
      "  sana evaluate --model emoji --steps 1,2,4 --model DIR --steps 4,20 -o comparison",
      "  sana evaluate --prompt-file scenes/scenes.jsonl -o mine",
      "  sana evaluate --autoencoder DIR -o autoencoder",
      "  sana evaluate --metrics clip --clip DIR --prompts FILE --model DIR -o measured"
    })
final class EvaluateCommand implements Callable<Integer> {
  private static final String COMPARISON = "comparison.json";
  private static final String PLOT = "comparison.png";
  private static final String SCORERS = "scorers";

  @Spec private CommandSpec spec;

  @ArgGroup(exclusive = false, multiplicity = "0..*")
  private List<CandidateOptions> models = new ArrayList<>();

  @Option(
      names = "--autoencoder",
      paramLabel = "DIR",
      description = "Measure only this autoencoder: a model, as for --model, or its vae/ folder.")
  private @Nullable String autoencoder;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      required = true,
      description =
          "Folder for "
              + EvaluationFolder.JSON
              + ", "
              + EvaluationFolder.SHEET
              + " and the scorers, or for a comparison; created if missing.")
  private Path output = Path.of("");

  @Option(names = "--overwrite", description = "Replace an existing evaluation.")
  private boolean overwrite;

  @Mixin private PromptOptions prompts;

  @Mixin private MetricOptions metrics;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "16",
      description = "Batch size: images generated together (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--best-of",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Make N images of each prompt and keep the one that the colour scorer rates highest; not"
              + " with --metrics (default: ${DEFAULT-VALUE}).")
  private int bestOf;

  @Option(
      names = "--scorers",
      paramLabel = "DIR",
      description =
          "Folder of the scorers; they are trained if missing (default: scorers/ in the output"
              + " folder).")
  private @Nullable Path scorers;

  @Option(
      names = "--scorer-steps",
      paramLabel = "N",
      description =
          "Training steps of the scorers (default: 600, plus 6 for each object after the first"
              + " 60).")
  private @Nullable Integer scorerSteps;

  @Option(names = "--keep-pictures", description = "Also write every image.")
  private boolean keepImages;

  @Mixin private ComputeOptions compute;

  @Override
  public Integer call() {
    if (autoencoder != null && metrics.isGiven()) {
      throw new RequestException("give --autoencoder or --metrics, not both");
    }
    if (autoencoder != null) {
      evaluate(ModelNames.folder(autoencoder));
      return 0;
    }
    compute.apply();
    Candidates candidates = Candidates.of(models, batch, bestOf, compute);
    if (metrics.isGiven()) {
      measure(candidates);
      return 0;
    }
    var folder = new EvaluationFolder(output);
    if (candidates.all().size() == 1) {
      evaluate(candidates, folder);
    } else {
      compare(candidates, folder);
    }
    return 0;
  }

  private void measure(Candidates candidates) {
    var evaluation =
        new MetricsEvaluation(metrics, prompts.asked(overwrite), compute.device(), output);
    List<Summary> summaries =
        evaluation.run(candidates.all(), () -> candidates.tell(spec.commandLine().getErr()));
    print(
        evaluation.table(summaries),
        List.of(MetricsEvaluation.JSON, MetricsEvaluation.PLOT, MetricsEvaluation.REPORT));
  }

  private void evaluate(Path theirs) {
    if (models.stream().anyMatch(ModelOption::isGiven)) {
      throw new RequestException("give --model or --autoencoder, not both");
    }
    if (prompts.isFromFile()) {
      throw new RequestException("give --prompt-file or --autoencoder, not both");
    }
    Prompts asked = prompts.prompts(SharedKnowledge.of(List.of()));
    var folder = new EvaluationFolder(output);
    folder.check(overwrite);
    compute.apply();
    AutoencoderQuality quality;
    try (var progress = new EvaluationProgress(folder, false, () -> {})) {
      DType dtype = compute.dtype(DType.FLOAT32);
      quality = AutoencoderQuality.measure(theirs, dtype, compute.device(), asked, progress);
    }
    OutputFolder.create(output);
    EvaluationJson.write(theirs, asked, quality, output.resolve(EvaluationFolder.JSON));
    print(List.of(EvaluationTable.autoencoder(quality)), List.of(EvaluationFolder.JSON));
  }

  private void evaluate(Candidates only, EvaluationFolder folder) {
    Candidate candidate = only.all().get(0);
    EvaluationOptions options = options(only, candidate.sampling());
    folder.check(overwrite);
    EvaluationResult result;
    try (var progress = progress(only, folder)) {
      result =
          Evaluation.run(
              candidate.config(), candidate.dtype(), compute.device(), options, progress);
    }
    folder.write(result);
    print(EvaluationTable.lines(result), List.of(EvaluationFolder.JSON, EvaluationFolder.SHEET));
  }

  private void compare(Candidates several, EvaluationFolder folder) {
    List<Candidate> candidates = several.all();
    EvaluationOptions options = options(several, new Sampling(null, null, batch, bestOf));
    folder.check(overwrite, List.of(COMPARISON, PLOT));
    candidates.forEach(candidate -> folder.of(candidate.name()).check(overwrite));
    ComparisonResult result;
    try (var progress = progress(several, folder)) {
      result = Comparison.run(candidates, compute.device(), options, progress);
    }
    EvaluationJson.write(result, output.resolve(COMPARISON));
    print(ComparisonTable.lines(result), List.of(COMPARISON));
    ImageFiles.write(ComparisonPlot.draw(result), output.resolve(PLOT), WriteOptions.REPLACE);
    print(List.of(), List.of(PLOT));
  }

  private EvaluationProgress progress(Candidates candidates, EvaluationFolder folder) {
    PrintWriter err = spec.commandLine().getErr();
    return new EvaluationProgress(folder, keepImages, () -> candidates.tell(err));
  }

  private EvaluationOptions options(Candidates candidates, Sampling sampling) {
    List<ModelFolder> folders =
        candidates.all().stream().map(candidate -> candidate.config().folder()).toList();
    Prompts asked = prompts.prompts(SharedKnowledge.of(folders));
    Path kept = scorers == null ? output.resolve(SCORERS) : scorers;
    int steps = scorerSteps == null ? ScorerPlan.usualSteps(asked.objects()) : scorerSteps;
    return new EvaluationOptions(asked, sampling, new ScorerPlan(kept, steps, 0, scorers == null));
  }

  private void print(List<String> table, List<String> files) {
    PrintWriter out = spec.commandLine().getOut();
    table.forEach(out::println);
    if (!table.isEmpty()) {
      out.println();
    }
    files.forEach(name -> out.println(output.resolve(name)));
    out.flush();
  }
}
