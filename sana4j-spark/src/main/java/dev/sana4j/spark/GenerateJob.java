package dev.sana4j.spark;

import dev.sana4j.spark.GenerateSettings.Form;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The job that generates the images of a table of requests. */
@Command(
    name = "generate",
    description =
        "Generates the images of a table of requests, and only those that the output does not"
            + " have. See docs/how-to/cluster.md.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class GenerateJob extends JobCommand {
  @Parameters(
      paramLabel = "TABLE",
      description =
          "Files with the requests: Parquet, JSON Lines, CSV with a header, or text with a prompt"
              + " per line; a path, or a URL of a file system that Hadoop knows.")
  private String table = "";

  @Option(
      names = "--table-format",
      paramLabel = "KIND",
      description =
          "parquet, jsonl, csv or text (default: by the extension; parquet for a folder).")
  private RequestFiles.@Nullable Kind kind;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      required = true,
      description = "Folder of the images, a path or a URL.")
  private String output = "";

  @Option(
      names = "--form",
      paramLabel = "FORM",
      defaultValue = "parquet",
      description =
          "parquet: a table with a column of images; shards: tar files in the webdataset layout"
              + " (default: ${DEFAULT-VALUE}).")
  private Form form = Form.PARQUET;

  @Option(
      names = "--format",
      paramLabel = "KIND",
      defaultValue = "png",
      description = "Format of the images: png, jpeg or webp (default: ${DEFAULT-VALUE}).")
  private String format = "png";

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Is mixed into the seeds of rows without one, which their keys determine (default:"
              + " ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "0",
      description = "Number of tasks; 0: one for each --rows-per-task (default: ${DEFAULT-VALUE}).")
  private int partitions;

  @Option(
      names = "--rows-per-task",
      paramLabel = "N",
      defaultValue = "100",
      description =
          "Rows that are repeated together when an executor dies (default: ${DEFAULT-VALUE}).")
  private int rowsPerTask;

  @Option(
      names = "--rows-per-round",
      paramLabel = "N",
      defaultValue = "100000",
      description =
          "Rows after which images become visible in the output, at least 20 tasks for each"
              + " processor; a driver that dies loses those of the open round (default:"
              + " ${DEFAULT-VALUE}).")
  private int roundRows;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Images of one size and setting that are generated together. With more than 1, pixels may"
              + " differ by rounding (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--max-bad-rows",
      paramLabel = "N",
      defaultValue = "-1",
      description =
          "Stop after more bad rows than this; -1: never. A bad row becomes a row with an error"
              + " (default: ${DEFAULT-VALUE}).")
  private long maxBadRows;

  @Mixin private ModelOptions model = new ModelOptions();

  /** Creates the job; {@link #main} runs it. */
  public GenerateJob() {}

  @Override
  JobSummary run(SparkSession spark, Consumer<String> notes) {
    var settings =
        new GenerateSettings(
            model.choice(),
            output,
            form,
            format,
            seed,
            partitions,
            rowsPerTask,
            roundRows,
            batch,
            maxBadRows);
    RequestFiles.Kind read = kind == null ? RequestFiles.Kind.of(table) : kind;
    Dataset<Row> rows = RequestFiles.read(spark, table, read);
    return new GenerateRun(spark, settings, notes).run(rows);
  }

  @Override
  String name() {
    return "generate";
  }

  /**
   * Runs the job.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    main(new GenerateJob(), arguments);
  }
}
