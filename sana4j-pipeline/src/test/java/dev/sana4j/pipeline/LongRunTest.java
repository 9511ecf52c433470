package dev.sana4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.tensor.LiveTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Repeated generating and opening leaks no memory. */
class LongRunTest {
  private static final double MOST_BYTES = 150_000; // 30 MB in 200 generations
  private static final int READINGS = 5;
  private static final Path STATUS = Path.of("/proc/self/status");

  private static void generate(Map<TinyModel, SanaPipeline> pipelines, int count) {
    int made = 0;
    while (made < count) {
      for (Map.Entry<TinyModel, SanaPipeline> each : pipelines.entrySet()) {
        GenerationRequest request = each.getKey().quick("a cat").seed(made++).build();
        assertThat(each.getValue().generate(request)).hasSize(1);
      }
    }
  }

  /**
   * Returns the resident memory of this process, 0 if the system does not report it. Takes the
   * least of several readings, since the heap varies while leaks stay.
   */
  private static long resident(Runnable between) throws IOException {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < READINGS; i++) {
      between.run();
      System.gc();
      System.gc();
      least = Math.min(least, residentNow());
    }
    return least;
  }

  private static long residentNow() throws IOException {
    if (!Files.isReadable(STATUS)) {
      return 0;
    }
    try (var lines = Files.lines(STATUS)) {
      return 1024
          * lines
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElse(0);
    }
  }

  private static void generateFromAll(Rounds body) throws IOException {
    try (SanaPipeline sana = TinyModel.SANA.open();
        SanaPipeline teacher = TinyModel.TEACHER.open();
        SanaPipeline sprint = TinyModel.SPRINT.open()) {
      Map<TinyModel, SanaPipeline> pipelines =
          Map.of(TinyModel.SANA, sana, TinyModel.TEACHER, teacher, TinyModel.SPRINT, sprint);
      body.run(count -> generate(pipelines, count));
    }
  }

  private interface Rounds {
    void run(IntConsumer work) throws IOException;
  }

  /** Counts after a first round, which fills the caches. */
  private static void assertNoTensorIsLeft(IntConsumer work, int count) {
    work.accept(count);
    long tensors = LiveTensors.count();
    work.accept(count);
    assertThat(LiveTensors.count()).isEqualTo(tensors);
  }

  /**
   * After a warm-up round, memory must grow by far less than half a megabyte per piece of work,
   * which is less than its activations.
   */
  private static void assertMemoryStays(IntConsumer work, int rounds, int each) throws IOException {
    work.accept(each);
    long tensors = LiveTensors.count();
    List<Long> readings = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      work.accept(each);
      readings.add(resident(() -> work.accept(1)));
    }
    assertThat(LiveTensors.count()).isEqualTo(tensors);
    assertThat(slope(readings) / each).as("bytes a piece of work").isLessThan(MOST_BYTES);
  }

  /** Returns the median of the slopes of all pairs, which ignores single outliers. */
  private static double slope(List<Long> readings) {
    List<Double> slopes = new ArrayList<>();
    for (int i = 0; i < readings.size(); i++) {
      for (int j = i + 1; j < readings.size(); j++) {
        slopes.add((readings.get(j) - readings.get(i)) / (double) (j - i));
      }
    }
    slopes.sort(null);
    return slopes.get(slopes.size() / 2);
  }

  @Test
  void generationsLeaveNoTensor() throws IOException {
    generateFromAll(work -> assertNoTensorIsLeft(work, 6));
  }

  @Test
  void openingAndClosingModelsLeavesNoTensor() {
    assertNoTensorIsLeft(LongRunTest::openAndClose, 2);
  }

  @Test
  @Tag("slow")
  void memoryStaysOverTwoHundredGenerations() throws IOException {
    generateFromAll(work -> assertMemoryStays(work, 6, 35));
  }

  @Test
  @Tag("slow")
  void memoryStaysHoweverOftenModelsAreOpened() throws IOException {
    assertMemoryStays(LongRunTest::openAndClose, 6, 8);
  }

  private static void openAndClose(int rounds) {
    for (int i = 0; i < rounds; i++) {
      for (TinyModel model : TinyModel.values()) {
        try (SanaPipeline pipeline = model.open()) {
          assertThat(pipeline.config().nativeResolution()).isPositive();
        }
      }
    }
  }
}
