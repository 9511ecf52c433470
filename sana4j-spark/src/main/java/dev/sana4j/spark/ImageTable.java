package dev.sana4j.spark;

import java.io.IOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.StructType;

/** Images in a Parquet table. */
final class ImageTable implements ImageStore {
  /** Bytes of a row group: the images that a task holds before it writes them. */
  private static final int ROW_GROUP = 16 << 20;

  private static final StructType KEYS =
      new StructType(new org.apache.spark.sql.types.StructField[] {ImageColumns.SCHEMA.apply(0)});

  private final SparkSession spark;
  private final String folder;

  ImageTable(SparkSession spark, String folder) {
    this.spark = spark;
    this.folder = folder;
  }

  @Override
  public Dataset<Row> keys() {
    return hasFiles()
        ? spark.read().schema(KEYS).parquet(folder)
        : spark.emptyDataset(Encoders.row(KEYS));
  }

  private boolean hasFiles() {
    try {
      var path = new Path(folder);
      FileSystem files = path.getFileSystem(spark.sessionState().newHadoopConf());
      var found = files.globStatus(new Path(path, "*.parquet"));
      return found != null && found.length > 0;
    } catch (IOException e) {
      throw new BatchException("the output " + folder + " cannot be read: " + e.getMessage());
    }
  }

  @Override
  public UDF1<String, String> naming() {
    return key -> key;
  }

  @Override
  public void add(Dataset<Row> rows) {
    rows.write()
        .mode("append")
        .option("compression", "uncompressed") // the images are compressed
        .option("parquet.block.size", ROW_GROUP)
        .option("parquet.block.size.row.check.min", 1)
        .option("parquet.page.size.row.check.min", 1)
        .option("parquet.enable.dictionary", false)
        .parquet(folder);
  }
}
