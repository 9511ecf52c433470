package dev.sana4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.pipeline.SanaPipeline;
import dev.sana4j.tensor.Libtorch;
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

/** A standalone cluster of two workers: requests of mixed sizes, and executors that die. */
class ClusterTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  static Path folder;

  private static TestCluster cluster;
  private static SparkSession spark;

  @BeforeAll
  static void open() throws IOException {
    Libtorch.threads(1); // as in the executors; another number of threads rounds differently
    cluster = new TestCluster(folder);
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

  /** Writes a list of requests of three sizes with two prompts. */
  private static String table(int requests) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      lines.add(
          "{\"prompt\": \"%s\", \"width\": %d, \"height\": %d, \"steps\": 1}"
              .formatted(i % 2 == 0 ? "a red apple" : "a cat", 32 + 32 * (i % 3), 32));
    }
    return Files.write(folder.resolve(requests + ".jsonl"), lines).toString();
  }

  private static Map<String, Row> rows(String name) {
    Map<String, Row> rows = GeneratedRows.of(spark, folder.resolve(name));
    assertThat(rows.values()).allMatch(row -> row.getAs("error") == null);
    return rows;
  }

  @Test
  void pixelsAreThoseOfThePipelineForOneTwoAndSevenPartitions() throws IOException {
    String table = table(400);
    Map<String, byte[]> expected = new HashMap<>();
    for (int partitions : new int[] {7, 2, 1}) {
      String name = "out-" + partitions;
      SanaJobs.generate(spark, table, settings(name).withPartitions(partitions), line -> {});
      Map<String, Row> rows = rows(name);
      assertThat(rows).hasSize(400);
      if (expected.isEmpty()) {
        try (SanaPipeline pipeline = SanaPipeline.builder("emoji").open()) {
          rows.forEach((key, row) -> expected.put(key, GeneratedRows.expected(pipeline, row)));
        }
      }
      rows.forEach(
          (key, row) -> assertThat(GeneratedRows.pixels(row)).as(key).isEqualTo(expected.get(key)));
    }
  }

  @Test
  void everyRowIsThereOnceAfterAnExecutorWasKilled() throws IOException {
    assertThat(killed(40, 1)).isEqualTo(1);
  }

  @Test
  @Tag("slow")
  void everyRowIsThereOnceAfterThreeExecutorsWereKilled() throws IOException {
    assertThat(killed(400, 3)).isEqualTo(3);
  }

  /** Kills executors while they run a task; returns how many. */
  private static int killed(int requests, int times) throws IOException {
    String table = table(requests);
    GenerateSettings settings = settings("killed-" + times);
    var killer = new Killer(times);
    spark.sparkContext().addSparkListener(killer);
    JobSummary summary = SanaJobs.generate(spark, table, settings.withPartitions(20), line -> {});
    spark.sparkContext().removeSparkListener(killer);
    assertThat(summary.images()).isEqualTo(requests);
    assertThat(rows("killed-" + times)).hasSize(requests);
    JobSummary again = SanaJobs.generate(spark, table, settings, line -> {});
    assertThat(again.images()).isZero();
    assertThat(again.present()).isEqualTo(requests);
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
