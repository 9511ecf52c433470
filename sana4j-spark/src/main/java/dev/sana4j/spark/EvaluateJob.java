package dev.sana4j.spark;

import dev.sana4j.emoji.scene.Scene;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The job that measures how well models follow prompts. */
@Command(
    name = "evaluate",
    description =
        "Measures how well models trained on emoji scenes follow prompts, as sana evaluate does;"
            + " each task measures one kind of scenes with one model and setting. See"
            + " docs/how-to/cluster.md.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class EvaluateJob extends JobCommand {
  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      defaultValue = "emoji",
      description = "Model; may be repeated (default: ${DEFAULT-VALUE}).")
  private List<String> models = new ArrayList<>();

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description = "Precision of all models (default: chosen on the machine of the driver).")
  private @Nullable String dtype;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "cpu",
      description = "cpu, or cuda (default: ${DEFAULT-VALUE}).")
  private String device = "cpu";

  @Option(
      names = "--steps",
      paramLabel = "N",
      split = ",",
      description = "Denoising steps, each for each model (default: that of the model).")
  private List<Integer> steps = new ArrayList<>();

  @Option(
      names = "--guidance",
      paramLabel = "SCALE",
      split = ",",
      description = "Guidance scales, each for each model (default: that of the model).")
  private List<Double> guidance = new ArrayList<>();

  @Option(
      names = "--rows",
      paramLabel = "KIND",
      split = ",",
      defaultValue = "single,pair,count",
      description = "Kinds of scenes (default: ${DEFAULT-VALUE}).")
  private List<Scene.Kind> rows = new ArrayList<>();

  @Option(
      names = "--prompts",
      paramLabel = "N",
      defaultValue = "200",
      description = "Number of prompts per row (default: ${DEFAULT-VALUE}).")
  private int prompts;

  @Option(
      names = "--objects",
      paramLabel = "N",
      defaultValue = "60",
      description = "Number of objects, the first N of 150 (default: ${DEFAULT-VALUE}).")
  private int objects;

  @Option(
      names = "--size",
      paramLabel = "N",
      defaultValue = "128",
      description = "Side of square images in pixels (default: ${DEFAULT-VALUE}).")
  private int side;

  @Option(
      names = "--shapes",
      paramLabel = "SHARES",
      defaultValue = "square=1",
      description = "Relative frequency of each shape (default: ${DEFAULT-VALUE}).")
  private String shapes = "";

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of the scenes and the noise (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "16",
      description = "Images generated together (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--scorers",
      paramLabel = "DIR",
      required = true,
      description =
          "Folder of the scorers, which all machines see under this path; they are trained first if"
              + " missing.")
  private String scorers = "";

  @Option(
      names = "--scorer-steps",
      paramLabel = "N",
      defaultValue = "0",
      description = "Training steps of the scorers; 0: as sana evaluate (default: 0).")
  private int scorerSteps;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      required = true,
      description = "Folder of the table, a path or a URL.")
  private String output = "";

  /** Creates the job; {@link #main} runs it. */
  public EvaluateJob() {}

  @Override
  JobSummary run(SparkSession spark, Consumer<String> notes) {
    var settings =
        new EvaluateSettings(
            models.stream().map(name -> new ModelChoice(name, dtype, device)).toList(),
            steps,
            guidance,
            rows,
            prompts,
            objects,
            side,
            shapes,
            seed,
            batch,
            scorers,
            scorerSteps,
            output);
    return new EvaluateRun(spark, settings, notes).run();
  }

  @Override
  String name() {
    return "evaluate";
  }

  /**
   * Runs the job.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    main(new EvaluateJob(), arguments);
  }
}
