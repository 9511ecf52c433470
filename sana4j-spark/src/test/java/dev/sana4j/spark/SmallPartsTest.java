package dev.sana4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Decisions of a job that need no session. */
class SmallPartsTest {
  @TempDir private Path folder;

  private static final ModelConfig EMOJI = new ModelChoice("emoji", null, "cpu").config();

  @ParameterizedTest
  @CsvSource({"local, 1", "local[3], 3", "'local[2,4]', 2"})
  void theMasterSaysHowManyTasksRunAtATime(String master, int cores) {
    assertThat(TaskPlace.localCores(master)).isEqualTo(cores);
  }

  @Test
  void thePipelineUsesTheProcessorsOfAllTasksOfItsProcess() {
    assertThat(TaskPlace.threads(4, 1)).isEqualTo(4);
    assertThat(TaskPlace.threads(1, 8)).isEqualTo(8);
  }

  @Test
  void theProgressHasImagesRateAndTimeLeft() {
    assertThat(JobProgress.line(120, 2, 400, 40))
        .isEqualTo("120 of 400 images, 2 bad rows, 3.05 images/s, 1m 32s left");
    assertThat(JobProgress.line(0, 0, 400, 0))
        .isEqualTo("0 of 400 images, 0 bad rows, 0.00 images/s");
    assertThat(JobProgress.line(10, 0, 100_000, 10)).endsWith("1.00 images/s, 27h 46m left");
  }

  @Test
  void aClusterThatReservesTooLittleMemoryIsRefusedWithTheSetting() {
    SparkConf conf = new SparkConf(false).setMaster("yarn").set("spark.executor.memory", "1g");
    assertThat(MemoryAdvice.overheadMib(conf)).isEqualTo(384);
    assertThatThrownBy(
            () -> MemoryAdvice.check(EMOJI, DType.FLOAT32, new ImageSize(128, 128), conf))
        .isInstanceOf(BatchException.class)
        .hasMessageContaining("set spark.executor.memoryOverhead=");
    conf.set("spark.executor.memoryOverhead", "4g");
    assertThat(MemoryAdvice.check(EMOJI, DType.FLOAT32, new ImageSize(128, 128), conf))
        .contains("4096 MiB are reserved");
  }

  @Test
  void aClusterWithoutItsOwnJarsIsRefusedIfThisProgramHasNone() {
    System.setProperty("sana4j.spark.jars", "some.jar");
    System.setProperty("sana4j.spark.lack", "no jars");
    try {
      assertThatThrownBy(() -> SparkOptions.sendJars(new SparkConf(false)))
          .isInstanceOf(RequestException.class)
          .hasMessage("no jars");
      SparkConf own = new SparkConf(false).set("spark.executor.extraClassPath", "/opt/lib/*");
      SparkOptions.sendJars(own);
      assertThat(own.contains("spark.jars")).isFalse();
      System.clearProperty("sana4j.spark.lack");
      SparkConf sent = new SparkConf(false);
      SparkOptions.sendJars(sent);
      assertThat(sent.get("spark.jars")).isEqualTo("some.jar");
    } finally {
      System.clearProperty("sana4j.spark.jars");
      System.clearProperty("sana4j.spark.lack");
    }
  }

  @Test
  void onThisMachineTheMemoryIsOnlyTold() {
    SparkConf conf = new SparkConf(false).setMaster("local[2]");
    assertThat(MemoryAdvice.check(EMOJI, DType.FLOAT32, null, conf))
        .startsWith("an executor needs about ");
  }

  @Test
  void aSeedDependsOnTheKeyAndTheSeedOfTheJob() {
    assertThat(RequestKeys.seed("a", 0)).isEqualTo(RequestKeys.seed("a", 0));
    assertThat(RequestKeys.seed("a", 0)).isNotEqualTo(RequestKeys.seed("b", 0));
    assertThat(RequestKeys.seed("a", 0)).isNotEqualTo(RequestKeys.seed("a", 1));
    assertThat(RequestKeys.seed("a", 0)).isBetween(0L, 1L << 53);
  }

  @ParameterizedTest
  @CsvSource({
    "requests.jsonl, JSONL",
    "requests.JSON, JSONL",
    "hdfs:///a/requests.csv, CSV",
    "requests.txt.gz, TEXT",
    "requests, PARQUET",
    "requests.parquet, PARQUET"
  })
  void theNameSaysTheKindOfATable(String name, RequestFiles.Kind kind) {
    assertThat(RequestFiles.Kind.of(name)).isEqualTo(kind);
  }

  @Test
  void namesInShardsHaveNoDotsAndNoSlashes() {
    assertThat(ShardNames.of("row-1")).isEqualTo("row-1");
    assertThat(ShardNames.of("../a.b")).matches("key-[0-9a-f]{32}");
    assertThat(ShardNames.ofMember("row-1.seg.png")).isEqualTo("row-1");
  }

  @Test
  void anUnknownPrecisionOrDeviceIsRefused() {
    assertThatThrownBy(() -> new ModelChoice("emoji", "double", "cpu"))
        .hasMessageContaining("the dtype is not");
    assertThatThrownBy(() -> new ModelChoice("emoji", null, "cuda:1"))
        .hasMessageContaining("Spark chooses the GPU");
  }

  @Test
  void aPartOfAnotherAttemptIsKept() throws IOException {
    Path target = Files.createDirectories(folder.resolve("part"));
    Path attempt = Files.createDirectories(folder.resolve("part.attempt-2"));
    Files.writeString(target.resolve("index.json"), "first");
    Files.writeString(attempt.resolve("index.json"), "second");
    EncodeRun.finish(attempt, target);
    assertThat(target.resolve("index.json")).hasContent("first");
    assertThat(attempt).doesNotExist();
  }

  @Test
  void aRecordIsWrittenToATemporaryNameFirst() throws IOException {
    Path temporary = folder.resolve(OutputRecord.FILE + OutputRecord.TEMPORARY);
    Files.writeString(temporary, "{"); // a job was stopped while it wrote
    GenerateSettings settings =
        GenerateSettings.of("emoji", folder.toString())
            .with(new ModelChoice("emoji", "float32", "cpu"));
    var record = new OutputRecord(folder.toString(), new Configuration());
    record.require(settings);
    assertThat(record.dtype()).contains("float32");
    assertThat(temporary).doesNotExist();
  }
}
