package dev.sana4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.ImageSource;
import dev.sana4j.pipeline.SanaPipeline;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The rows of a table that a job wrote. */
final class GeneratedRows {
  private GeneratedRows() {}

  /** Returns the rows by their keys, and checks that no key has two. */
  static Map<String, Row> of(SparkSession spark, Path table) {
    Map<String, Row> rows = new HashMap<>();
    for (Row row : spark.read().parquet(table.toString()).collectAsList()) {
      assertThat(rows.put(row.getAs("key"), row)).isNull();
    }
    return rows;
  }

  static byte[] pixels(Row row) {
    return ImageFiles.read(ImageSource.of("image", row.<byte[]>getAs("image"))).rgb();
  }

  /**
   * Returns the pixels that a pipeline makes in one step for the prompt, seed and size of a row.
   */
  static byte[] expected(SanaPipeline pipeline, Row row) {
    var request =
        pipeline
            .request(row.<String>getAs("prompt"))
            .seed(row.getAs("seed"))
            .steps(1)
            .size(new ImageSize(row.getAs("width"), row.getAs("height")))
            .build();
    return pipeline.generate(request).get(0).pixels().rgb();
  }
}
