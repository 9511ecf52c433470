package dev.sana4j.spark;

import java.io.Serializable;

/**
 * Settings of a job that generates images.
 *
 * @param model the model
 * @param output folder of the images, on any file system that Hadoop knows
 * @param form table or shards
 * @param format {@code png}, {@code jpeg} or {@code webp}
 * @param seed is mixed into the seeds of rows that have none
 * @param partitions tasks of a round; 0 to make one for each {@code rowsPerTask} rows
 * @param rowsPerTask rows of a task, which are repeated together after a failure
 * @param roundRows rows after which images become visible in the output
 * @param batch images generated together; with more than 1, pixels may differ by rounding
 * @param maxBadRows bad rows after which the job stops; negative for no limit
 */
public record GenerateSettings(
    ModelChoice model,
    String output,
    Form form,
    String format,
    long seed,
    int partitions,
    int rowsPerTask,
    int roundRows,
    int batch,
    long maxBadRows)
    implements Serializable {

  /** How images are stored. */
  public enum Form {
    /** A Parquet table with one row per image. */
    PARQUET,
    /** Tar shards in the webdataset layout, with bad rows beside them as JSON Lines. */
    SHARDS
  }

  /** Checks the numbers and the format. */
  public GenerateSettings {
    if (partitions < 0 || rowsPerTask < 1 || roundRows < 1 || batch < 1) {
      throw new BatchException("partitions, rows and the batch must be at least 1");
    }
    if (!format.equals("png") && !format.equals("jpeg") && !format.equals("webp")) {
      throw new BatchException("the format is not png, jpeg or webp, but " + format);
    }
  }

  /**
   * Returns the defaults.
   *
   * @param model name of a model
   * @param output folder of the images
   * @return PNG images in a Parquet table, made one by one
   */
  public static GenerateSettings of(String model, String output) {
    ModelChoice choice = new ModelChoice(model, null, "cpu");
    return new GenerateSettings(choice, output, Form.PARQUET, "png", 0, 0, 100, 100_000, 1, -1);
  }

  GenerateSettings with(ModelChoice decided) {
    return new GenerateSettings(
        decided, output, form, format, seed, partitions, rowsPerTask, roundRows, batch, maxBadRows);
  }

  /**
   * Returns the same settings with another number of tasks.
   *
   * @param count tasks of a round
   * @return new settings
   */
  public GenerateSettings withPartitions(int count) {
    return new GenerateSettings(
        model, output, form, format, seed, count, rowsPerTask, roundRows, batch, maxBadRows);
  }

  /**
   * Returns the same settings with a limit of bad rows.
   *
   * @param most bad rows after which the job stops
   * @return new settings
   */
  public GenerateSettings withMaxBadRows(long most) {
    return new GenerateSettings(
        model, output, form, format, seed, partitions, rowsPerTask, roundRows, batch, most);
  }

  /**
   * Returns the same settings for another form of output.
   *
   * @param other table or shards
   * @return new settings
   */
  public GenerateSettings withForm(Form other) {
    return new GenerateSettings(
        model, output, other, format, seed, partitions, rowsPerTask, roundRows, batch, maxBadRows);
  }
}
