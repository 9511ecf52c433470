package dev.sana4j.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.monotonically_increasing_id;

import dev.sana4j.files.FolderTree;
import dev.sana4j.files.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/** A Parquet table of captioned images, which becomes the shards that a training reads. */
final class CaptionedTable {
  private static final List<String> CAPTIONS = List.of("caption", "text", "prompt");
  private static final String DONE = "_SUCCESS";

  private CaptionedTable() {}

  /** Returns whether a path names a table. */
  static boolean is(String data) {
    return data.endsWith(".parquet");
  }

  /** Writes the shards, unless an earlier run has written all of them. */
  static void toShards(SparkSession spark, String table, Path folder) {
    if (Files.exists(folder.resolve(DONE))) {
      return;
    }
    try {
      FolderTree.delete(folder);
    } catch (IOException e) {
      throw BatchException.failure(folder + " cannot be deleted: " + IoReason.of(e));
    }
    Dataset<Row> images = spark.read().parquet(table);
    List<String> columns = Arrays.asList(images.columns());
    Column caption =
        CAPTIONS.stream()
            .filter(columns::contains)
            .findFirst()
            .map(name -> col(name))
            .orElse(lit(""));
    if (!columns.contains(ImageColumns.IMAGE)) {
      throw new BatchException(
          table + " has no column image with the bytes of images, only " + columns);
    }
    Dataset<Row> rows =
        images
            .select(monotonically_increasing_id(), caption, col(ImageColumns.IMAGE))
            .map(
                (MapFunction<Row, Row>)
                    row -> shardRow("%012d".formatted(row.getLong(0)), row.get(1), row.get(2)),
                Encoders.row(ImageColumns.SCHEMA));
    new ImageShards(spark, folder.toString(), "png").add(rows); // readers look at the content
  }

  private static Row shardRow(String key, Object caption, Object image) {
    Object[] cells = new Object[ImageColumns.SCHEMA.size()];
    cells[0] = key;
    cells[ImageColumns.SCHEMA.fieldIndex("prompt")] = caption;
    cells[ImageColumns.SCHEMA.fieldIndex(ImageColumns.IMAGE)] = image;
    cells[ImageColumns.SCHEMA.fieldIndex(ImageColumns.METADATA)] = "{}";
    return RowFactory.create(cells);
  }
}
