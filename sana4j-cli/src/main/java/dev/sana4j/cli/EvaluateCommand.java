package dev.sana4j.cli;

import dev.sana4j.emoji.Scene;
import dev.sana4j.emoji.SceneGenerator.Split;
import dev.sana4j.evaluate.AutoencoderQuality;
import dev.sana4j.evaluate.Evaluation;
import dev.sana4j.evaluate.EvaluationJson;
import dev.sana4j.evaluate.EvaluationOptions;
import dev.sana4j.evaluate.EvaluationOptions.Prompts;
import dev.sana4j.evaluate.EvaluationOptions.Sampling;
import dev.sana4j.evaluate.EvaluationOptions.ScorerPlan;
import dev.sana4j.evaluate.EvaluationResult;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.pipeline.ModelConfig;
import dev.sana4j.pipeline.RequestException;
import dev.sana4j.report.ContactSheet;
import dev.sana4j.tensor.DType;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sana evaluate}: how well a model follows its prompts. */
@Command(
    name = "evaluate",
    description =
        "Measures how well a model trained on emoji scenes follows prompts; docs/evaluate.md says"
            + " what each number means.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  sana evaluate -o evaluation",
      "  sana evaluate --model DIR -o quick --prompts 50 --rows single --scorers evaluation/scorers",
      "  sana evaluate --autoencoder DIR -o autoencoder"
    })
final class EvaluateCommand implements Callable<Integer> {
  private static final String JSON = "evaluation.json";
  private static final String SHEET = "contact-sheet.png";
  private static final String SCORERS = "scorers";
  private static final String PICTURES = "pictures";

  @Spec private CommandSpec spec;

  @Mixin private ModelOption model;

  @Option(
      names = "--autoencoder",
      paramLabel = "DIR",
      description = "Measure this autoencoder alone: a model folder, or its vae/ folder.")
  private @Nullable Path autoencoder;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      required = true,
      description = "Folder for " + JSON + ", " + SHEET + " and the scorers; made if missing.")
  private Path output = Path.of("");

  @Option(names = "--overwrite", description = "Replace the evaluation that is there.")
  private boolean overwrite;

  @Option(
      names = "--objects",
      paramLabel = "N",
      defaultValue = "60",
      description = "The first so many of 150 objects (default: ${DEFAULT-VALUE}).")
  private int objects;

  @Option(
      names = "--prompts",
      paramLabel = "N",
      defaultValue = "200",
      description = "Prompts a row (default: ${DEFAULT-VALUE}).")
  private int prompts;

  @Option(
      names = "--rows",
      paramLabel = "KIND",
      split = ",",
      defaultValue = "single,pair,count",
      description =
          "Kinds of scenes, each a row in English and one in Chinese (default:"
              + " ${DEFAULT-VALUE}).")
  private Set<Scene.Kind> rows = Set.of();

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of scenes and noise (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--split",
      paramLabel = "train|test",
      defaultValue = "test",
      description =
          "test for combinations that are never trained on, train for the others (default:"
              + " ${DEFAULT-VALUE}).")
  private Split split = Split.TEST;

  @Option(
      names = "--size",
      paramLabel = "N",
      defaultValue = "128",
      description =
          "Pixels of a square's side, a multiple of 16; other shapes have about its area (default:"
              + " ${DEFAULT-VALUE}).")
  private int size;

  @Option(
      names = "--shapes",
      paramLabel = "SHARES",
      defaultValue = "square=1",
      description =
          "How often each shape comes: square, wide (3:2), tall (2:3) (default: ${DEFAULT-VALUE}).")
  private String shapes = "";

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Denoising steps (default: 2 for Sprint, else 20).")
  private @Nullable Integer steps;

  @Option(
      names = "--guidance",
      paramLabel = "SCALE",
      description = "How closely to follow the prompt (default: 4.5).")
  private @Nullable Double guidance;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "16",
      description = "Pictures made together (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--scorers",
      paramLabel = "DIR",
      description =
          "Where scorers are kept; trained if they are not there (default: in the output folder).")
  private @Nullable Path scorers;

  @Option(
      names = "--scorer-steps",
      paramLabel = "N",
      description =
          "Steps of their training (default: 600, and 6 more for each object after the first 60).")
  private @Nullable Integer scorerSteps;

  @Option(names = "--keep-pictures", description = "Also write every picture.")
  private boolean keepPictures;

  @Mixin private ComputeOptions compute;

  @Override
  public Integer call() {
    if (model.isGiven() && autoencoder != null) {
      throw new RequestException("give --model or --autoencoder, not both");
    }
    var asked = new Prompts(objects, prompts, seed, size, shapes, split, rows);
    refuseToReplace();
    compute.apply();
    if (autoencoder == null) {
      evaluate(ModelConfig.read(model.chosen().folder()), asked);
    } else {
      evaluate(autoencoder, asked);
    }
    return 0;
  }

  private void refuseToReplace() {
    for (String name : List.of(JSON, SHEET, PICTURES)) {
      if (!overwrite && Files.exists(output.resolve(name))) {
        throw new RequestException(
            output.resolve(name) + " exists; name another folder or pass --overwrite");
      }
    }
  }

  private void evaluate(Path folder, Prompts asked) {
    DType dtype = compute.dtype(DType.FLOAT32);
    AutoencoderQuality quality;
    try (var progress = new EvaluationProgress(null)) {
      quality = AutoencoderQuality.measure(folder, dtype, compute.device(), asked, progress);
    }
    OutputFolder.create(output);
    EvaluationJson.write(folder, asked, quality, output.resolve(JSON));
    print(List.of(EvaluationTable.autoencoder(quality)), List.of(JSON));
  }

  private void evaluate(ModelConfig config, Prompts asked) {
    var sampling = new Sampling(steps, guidance, batch);
    Path kept = scorers == null ? output.resolve(SCORERS) : scorers;
    var plan = new ScorerPlan(kept, steps(asked), 0, scorers == null);
    var options = new EvaluationOptions(asked, sampling, plan);
    Path pictures = keepPictures ? output.resolve(PICTURES) : null;
    DType dtype = compute.dtypeFor(config.folder());
    EvaluationResult result;
    try (var progress = new EvaluationProgress(pictures)) {
      result = Evaluation.run(config, dtype, compute.device(), options, progress);
    }
    OutputFolder.create(output);
    EvaluationJson.write(result, output.resolve(JSON));
    ImageFiles.write(
        ContactSheet.of(
            result.samples().stream().map(EvaluationResult.Sample::picture).toList(),
            result.samples().stream().map(EvaluationResult.Sample::prompt).toList()),
        output.resolve(SHEET),
        Map.of(),
        true);
    print(EvaluationTable.lines(result), List.of(JSON, SHEET));
  }

  private int steps(Prompts asked) {
    return scorerSteps == null ? ScorerPlan.usualSteps(asked.objects()) : scorerSteps;
  }

  private void print(List<String> table, List<String> files) {
    PrintWriter out = spec.commandLine().getOut();
    table.forEach(out::println);
    out.println();
    files.forEach(name -> out.println(output.resolve(name)));
    out.flush();
  }
}
