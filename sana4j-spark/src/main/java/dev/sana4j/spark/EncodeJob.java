package dev.sana4j.spark;

import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The job that encodes captioned images to the cache that a training reads. */
@Command(
    name = "encode",
    description =
        "Encodes captioned images to the cache of latents and embeddings that sana train reads. All"
            + " machines must see the images and the cache under the same paths. See"
            + " docs/how-to/cluster.md.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class EncodeJob extends JobCommand {
  @Parameters(
      paramLabel = "IMAGES",
      description =
          "Captioned images as data.path of a training takes them: a folder, a .tar shard, or a"
              + " folder of shards; or a table NAME.parquet with the columns image and caption.")
  private String data = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      required = true,
      description = "Folder of the cache; name it as data.cache in the config of the training.")
  private String output = "";

  @Option(
      names = "--resolution",
      paramLabel = "N",
      defaultValue = "0",
      description = "data.resolution of the training; 0: that of the model (default: 0).")
  private int resolution;

  @Option(
      names = "--max-ratio",
      paramLabel = "R",
      defaultValue = "4",
      description = "data.max_ratio of the training (default: ${DEFAULT-VALUE}).")
  private double maxRatio;

  @Option(
      names = "--caption",
      paramLabel = "TEXT",
      description = "data.caption of the training: caption of images without one.")
  private @Nullable String caption;

  @Option(
      names = "--images-per-task",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "Images that are repeated together when an executor dies (default: ${DEFAULT-VALUE}).")
  private int imagesPerTask;

  @Mixin private ModelOptions model = new ModelOptions();

  /** Creates the job; {@link #main} runs it. */
  public EncodeJob() {}

  @Override
  JobSummary run(SparkSession spark, Consumer<String> notes) {
    var settings =
        new EncodeSettings(
            model.choice(), data, caption, resolution, maxRatio, output, imagesPerTask);
    return new EncodeRun(spark, settings, notes).run();
  }

  @Override
  String name() {
    return "encode";
  }

  /**
   * Runs the job.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    main(new EncodeJob(), arguments);
  }
}
