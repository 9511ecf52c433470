package dev.sana4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A standalone cluster of two workers: 400 requests of mixed sizes, and executors that die. */
class ClusterTest {
  private static final int REQUESTS = 400;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  static Path folder;

  private static TestCluster cluster;
  private static SparkSession spark;
  private static String table;

  @BeforeAll
  static void open() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      lines.add(
          "{\"prompt\": \"%s\", \"width\": %d, \"height\": %d, \"steps\": 1}"
              .formatted(i % 2 == 0 ? "a red apple" : "a cat", 32 + 32 * (i % 3), 32));
    }
    table = Files.write(folder.resolve("requests.jsonl"), lines).toString();
    cluster = TestCluster.start(folder);
    spark = cluster.session();
  }

  @AfterAll
  static void close() {
    if (spark != null) {
      spark.stop();
    }
    cluster.close();
    ExecutorModels.closeUnused();
  }

  private static GenerateSettings settings(String name) {
    return GenerateSettings.of("emoji", folder.resolve(name).toString());
  }

  private static Map<String, Row> rows(String name) {
    Map<String, Row> rows = new HashMap<>();
    for (Row row : spark.read().parquet(folder.resolve(name).toString()).collectAsList()) {
      assertThat(rows.put(row.getAs("key"), row)).isNull();
      assertThat(row.<String>getAs("error")).isNull();
    }
    return rows;
  }

  private static byte[] pixels(Row row) {
    return ImageFiles.read(ImageSource.of("image", row.<byte[]>getAs("image"))).rgb();
  }

  @Test
  void pixelsAreThoseOfThePipelineForOneTwoAndSevenPartitions() {
    Map<String, byte[]> expected = new HashMap<>();
    for (int partitions : new int[] {7, 2, 1}) {
      String name = "out-" + partitions;
      SanaJobs.generate(spark, table, settings(name).withPartitions(partitions), line -> {});
      Map<String, Row> rows = rows(name);
      assertThat(rows).hasSize(REQUESTS);
      if (expected.isEmpty()) {
        expected.putAll(ofThePipeline(rows));
      }
      rows.forEach((key, row) -> assertThat(pixels(row)).as(key).isEqualTo(expected.get(key)));
    }
  }

  private static Map<String, byte[]> ofThePipeline(Map<String, Row> rows) {
    Map<String, byte[]> pixels = new HashMap<>();
    try (SanaPipeline pipeline = SanaPipeline.builder("emoji").open()) {
      rows.forEach(
          (key, row) ->
              pixels.put(
                  key,
                  pipeline
                      .generate(
                          pipeline
                              .request(row.<String>getAs("prompt"))
                              .seed(row.getAs("seed"))
                              .steps(1)
                              .size(new ImageSize(row.getAs("width"), row.getAs("height")))
                              .build())
                      .get(0)
                      .pixels()
                      .rgb()));
    }
    return pixels;
  }

  @Test
  void everyRowIsThereOnceAfterAnExecutorWasKilled() {
    assertThat(killed("killed", 1)).isEqualTo(1);
  }

  @Test
  @Tag("slow")
  void everyRowIsThereOnceAfterThreeExecutorsWereKilled() {
    assertThat(killed("killed-thrice", 3)).isEqualTo(3);
  }

  /** Kills executors while they run a task; returns how many. */
  private static int killed(String name, int times) {
    var killer = new Killer(times);
    spark.sparkContext().addSparkListener(killer);
    JobSummary summary =
        SanaJobs.generate(spark, table, settings(name).withPartitions(20), line -> {});
    spark.sparkContext().removeSparkListener(killer);
    assertThat(summary.images()).isEqualTo(REQUESTS);
    assertThat(rows(name)).hasSize(REQUESTS);
    JobSummary again = SanaJobs.generate(spark, table, settings(name), line -> {});
    assertThat(again.images()).isZero();
    assertThat(again.present()).isEqualTo(REQUESTS);
    return killer.killed.get();
  }

  /** Kills an executor when a task starts, after a random number of tasks. */
  private static final class Killer extends SparkListener {
    private final Random random = new Random(1);
    private final AtomicInteger killed = new AtomicInteger();
    private final int times;
    private int ended;
    private int next = 2;

    Killer(int times) {
      this.times = times;
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      boolean done = end.taskInfo().successful();
      ended += done && end.taskMetrics().outputMetrics().recordsWritten() > 0 ? 1 : 0;
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
      List<ProcessHandle> executors = cluster.executors();
      if (killed.get() < times && ended >= next && !executors.isEmpty()) {
        executors.get(random.nextInt(executors.size())).destroyForcibly();
        killed.incrementAndGet();
        next = ended + 1 + random.nextInt(4);
      }
    }
  }
}
