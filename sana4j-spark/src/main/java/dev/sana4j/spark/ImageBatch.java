package dev.sana4j.spark;

import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Generates the images of a table of requests on a Spark cluster. */
public final class ImageBatch {
  private ImageBatch() {}

  /**
   * Generates the images that the output does not have yet. Each row becomes one row of the output,
   * with an image or an error; a job that is run again continues.
   *
   * @param requests rows with a column {@code prompt} or {@code image}, and any of {@code id,
   *     negative_prompt, seed, width, height, size, steps, guidance, loras, task, mask, strength,
   *     factor}
   * @param settings the model and the output
   * @param notes receives notes and the progress
   * @return what the job did
   * @throws BatchException if the job cannot start, or has too many bad rows
   */
  public static JobSummary generate(
      Dataset<Row> requests, GenerateSettings settings, Consumer<String> notes) {
    SparkSession spark = requests.sparkSession();
    return new GenerateRun(spark, settings, notes).run(RequestFiles.parsed(requests, false));
  }

  /**
   * Generates the images of files.
   *
   * @param spark the session
   * @param path files in Parquet, CSV ({@code .csv}), JSON Lines ({@code .jsonl}) or text ({@code
   *     .txt}), on any file system that Hadoop knows
   * @param settings the model and the output
   * @param notes receives notes and the progress
   * @return what the job did
   * @throws BatchException if the job cannot start, or has too many bad rows
   */
  public static JobSummary generate(
      SparkSession spark, String path, GenerateSettings settings, Consumer<String> notes) {
    Dataset<Row> parsed = RequestFiles.read(spark, path, RequestFiles.Kind.of(path));
    return new GenerateRun(spark, settings, notes).run(parsed);
  }
}
