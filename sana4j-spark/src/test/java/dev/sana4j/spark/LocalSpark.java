package dev.sana4j.spark;

import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Tests with a session of Spark in this process, without a user interface. */
abstract class LocalSpark {
  static SparkSession spark;

  @TempDir Path folder;

  @BeforeAll
  static void open(@TempDir Path shared) {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("test")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", 2)
            .config("spark.local.dir", shared.resolve("local").toString())
            .config("spark.sql.warehouse.dir", shared.resolve("warehouse").toString())
            .config("spark.plugins", SanaPlugin.class.getName())
            .getOrCreate();
  }

  @AfterAll
  static void close() {
    spark.stop();
    ExecutorModels.closeUnused();
  }

  final GenerateSettings settings(String output) {
    return GenerateSettings.of("emoji", folder.resolve(output).toString());
  }

  final Map<String, Row> rows(String output) {
    return GeneratedRows.of(spark, folder.resolve(output));
  }
}
