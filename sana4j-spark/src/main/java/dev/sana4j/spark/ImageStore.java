package dev.sana4j.spark;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;

/** Where the images of a job are stored; what it shows is complete and never shown twice. */
sealed interface ImageStore permits ImageTable, ImageShards {

  /** Returns the keys that the output has, as a column {@code key}. */
  Dataset<Row> keys();

  /** Returns the function that writes the key of a row as {@link #keys} does. */
  UDF1<String, String> naming();

  /** Adds rows of {@link ImageColumns}; all become visible together. */
  void add(Dataset<Row> rows);

  /** Returns the store for the settings. */
  static ImageStore of(SparkSession spark, GenerateSettings settings) {
    return settings.form() == GenerateSettings.Form.PARQUET
        ? new ImageTable(spark, settings.output())
        : new ImageShards(spark, settings.output(), settings.format());
  }
}
