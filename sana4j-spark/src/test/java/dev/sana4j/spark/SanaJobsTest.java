package dev.sana4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.ImageSource;
import dev.sana4j.pipeline.SanaPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SanaJobsTest {
  @TempDir static Path shared;
  private static SparkSession spark;

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    spark = LocalSpark.open(shared);
  }

  @AfterAll
  static void close() {
    spark.stop();
    ExecutorModels.closeUnused();
  }

  private String list(int count) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int side = 64 + 32 * (i % 2);
      lines.add(
          "{\"id\": \"row-%d\", \"prompt\": \"a red apple %d\", \"width\": %d, \"height\": 64, \"steps\": 1}"
              .formatted(i, i, side));
    }
    Path file = folder.resolve("requests.jsonl");
    Files.write(file, lines);
    return file.toString();
  }

  private GenerateSettings settings(String name) {
    return GenerateSettings.of("emoji", folder.resolve(name).toString());
  }

  private Map<String, Row> rows(String name) {
    Map<String, Row> rows = new HashMap<>();
    for (Row row : spark.read().parquet(folder.resolve(name).toString()).collectAsList()) {
      assertThat(rows.put(row.getAs("key"), row)).isNull();
    }
    return rows;
  }

  private static byte[] pixels(byte[] file) {
    return ImageFiles.read(ImageSource.of("image", file)).rgb();
  }

  @Test
  void pixelsAreThoseOfThePipelineForAnyNumberOfPartitions() throws IOException {
    String table = list(8);
    for (int partitions : new int[] {1, 3}) {
      JobSummary summary =
          SanaJobs.generate(
              spark, table, settings("out" + partitions).withPartitions(partitions), line -> {});
      assertThat(summary.images()).isEqualTo(8);
      assertThat(summary.badRows()).isZero();
    }
    Map<String, Row> one = rows("out1");
    Map<String, Row> three = rows("out3");
    assertThat(one).hasSize(8);
    try (SanaPipeline pipeline = SanaPipeline.builder("emoji").open()) {
      for (Row row : one.values()) {
        byte[] expected =
            pipeline
                .generate(
                    pipeline
                        .request(row.<String>getAs("prompt"))
                        .seed(row.getAs("seed"))
                        .steps(1)
                        .size(new ImageSize(row.getAs("width"), 64))
                        .build())
                .get(0)
                .pixels()
                .rgb();
        assertThat(pixels(row.getAs("image"))).isEqualTo(expected);
        Row same = Objects.requireNonNull(three.get(row.<String>getAs("key")));
        assertThat(pixels(same.getAs("image"))).isEqualTo(expected);
      }
    }
  }

  @Test
  void aSecondRunDoesNothing() throws IOException {
    String table = list(4);
    JobSummary first = SanaJobs.generate(spark, table, settings("out"), line -> {});
    JobSummary second = SanaJobs.generate(spark, table, settings("out"), line -> {});
    assertThat(first.images()).isEqualTo(4);
    assertThat(second.present()).isEqualTo(4);
    assertThat(second.images()).isZero();
    assertThat(rows("out")).hasSize(4);
  }

  @Test
  void anotherModelIsRefused() throws IOException {
    String table = list(1);
    SanaJobs.generate(spark, table, settings("out"), line -> {});
    var other = GenerateSettings.of("emoji-teacher", folder.resolve("out").toString());
    assertThatThrownBy(() -> SanaJobs.generate(spark, table, other, line -> {}))
        .isInstanceOf(BatchException.class)
        .hasMessageContaining("choose another output");
  }
}
