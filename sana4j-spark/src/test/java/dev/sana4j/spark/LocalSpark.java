package dev.sana4j.spark;

import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/** A session of Spark in this process, without a user interface. */
final class LocalSpark {
  private LocalSpark() {}

  static SparkSession open(Path folder) {
    return SparkSession.builder()
        .master("local[2]")
        .appName("test")
        .config("spark.ui.enabled", false)
        .config("spark.driver.host", "localhost")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", 2)
        .config("spark.local.dir", folder.resolve("local").toString())
        .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
        .config("spark.plugins", SanaPlugin.class.getName())
        .getOrCreate();
  }
}
