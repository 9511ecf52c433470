package dev.sana4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.spark.GenerateSettings.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class SanaJobsTest extends LocalSpark {
  private String list(int count) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int side = 64 + 32 * (i % 2);
      lines.add(
          "{\"id\": \"row-%d\", \"prompt\": \"a red apple %d\", \"width\": %d, \"height\": 64, \"steps\": 1}"
              .formatted(i, i, side));
    }
    return Files.write(folder.resolve("requests.jsonl"), lines).toString();
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
        byte[] expected = GeneratedRows.expected(pipeline, row);
        assertThat(GeneratedRows.pixels(row)).isEqualTo(expected);
        Row same = Objects.requireNonNull(three.get(row.<String>getAs("key")));
        assertThat(GeneratedRows.pixels(same)).isEqualTo(expected);
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
    var other = GenerateSettings.of("emoji-teacher", settings("out").output());
    assertThatThrownBy(() -> SanaJobs.generate(spark, table, other, line -> {}))
        .isInstanceOf(BatchException.class)
        .hasMessageContaining("choose another output");
  }

  @Test
  void whatTheTasksOfAStoppedJobLeftIsNotShown() throws IOException {
    String table = list(2);
    SanaJobs.generate(spark, table, settings("stopped"), line -> {});
    Path task = folder.resolve("out/_temporary/0/task_202601010000_0001_m_000000");
    Files.createDirectories(task);
    try (Stream<Path> files = Files.list(folder.resolve("stopped"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".parquet")).toList()) {
        Files.copy(file, task.resolve(file.getFileName()));
      }
    }
    SanaJobs.generate(spark, table, settings("out"), line -> {});
    assertThat(rows("out")).hasSize(2); // each key once
  }

  @Test
  void aBadRowOfABatchHasTheReasonAndTheOthersAreMade() throws IOException {
    String row =
        "{\"id\": \"%s\", \"prompt\": \"a cat\", \"width\": %d, \"height\": 32,%s \"steps\": 1}";
    String missing = " \"loras\": [\"none.safetensors\"],";
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      lines.add(row.formatted("bad-" + i, 32, missing));
      lines.add(row.formatted("good-" + i, 64, ""));
      lines.add(row.formatted("worse-" + i, 96, missing));
    }
    String table = Files.write(folder.resolve("requests.jsonl"), lines).toString();
    var model = new ModelChoice("emoji", "float32", "cpu");
    var settings =
        new GenerateSettings(
            model, settings("out").output(), Form.PARQUET, "png", 0, 1, 100, 100, 4, -1);
    JobSummary summary = SanaJobs.generate(spark, table, settings, line -> {});
    assertThat(summary.images()).isEqualTo(2);
    assertThat(summary.badRows()).isEqualTo(4);
    rows("out")
        .forEach(
            (key, made) -> {
              String error = made.getAs("error");
              if (key.startsWith("good")) {
                assertThat(error).isNull();
              } else {
                assertThat(error).contains("none.safetensors");
              }
            });
  }
}
