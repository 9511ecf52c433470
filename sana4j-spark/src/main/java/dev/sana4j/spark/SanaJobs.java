package dev.sana4j.spark;

import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The jobs, for Java programs that have a session of Spark. */
public final class SanaJobs {
  private SanaJobs() {}

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

  /**
   * Encodes captioned images to the cache that a training reads.
   *
   * @param spark the session
   * @param settings the model, the images and the cache
   * @param notes receives notes and the progress
   * @return what the job did
   * @throws dev.sana4j.files.SanaException if the model or the images cannot be read
   */
  public static JobSummary encode(
      SparkSession spark, EncodeSettings settings, Consumer<String> notes) {
    return new EncodeRun(spark, settings, notes).run();
  }

  /**
   * Measures how well models follow prompts, and adds what is missing to a table.
   *
   * @param spark the session
   * @param settings the models, the prompts and the table
   * @param notes receives notes and the progress
   * @return what the job did
   * @throws dev.sana4j.files.SanaException if a model or the scorers do not fit the prompts
   */
  public static JobSummary evaluate(
      SparkSession spark, EvaluateSettings settings, Consumer<String> notes) {
    return new EvaluateRun(spark, settings, notes).run();
  }
}
