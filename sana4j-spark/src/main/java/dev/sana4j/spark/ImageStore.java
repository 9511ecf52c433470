package dev.sana4j.spark;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Where the images of a job are stored; what it shows is complete and never shown twice. */
sealed interface ImageStore permits ImageTable, ImageShards {

  /** Returns the keys that the output has, as a column {@code key}. */
  Dataset<Row> keys();

  /** Returns the keys of the output in the same form as {@link #keys}, for rows of requests. */
  String keyOf(String key);

  /** Adds rows of {@link ImageColumns}; all become visible together. */
  void add(Dataset<Row> rows);

  /** Returns the store for the settings. */
  static ImageStore of(org.apache.spark.sql.SparkSession spark, GenerateSettings settings) {
    return settings.form() == GenerateSettings.Form.PARQUET
        ? new ImageTable(spark, settings.output())
        : new ImageShards(spark, settings.output(), settings.format());
  }
}
