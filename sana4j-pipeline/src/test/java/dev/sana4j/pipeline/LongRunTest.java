package dev.sana4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.tensor.LiveTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LongRunTest {
  private static final long THIRTY_MEGABYTES = 30 << 20;
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
   * Resident memory of this process, 0 where the system does not tell: the least of several
   * readings, since the heap comes and goes while what leaked stays.
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

  @Test
  void twoHundredGenerationsLeaveNothingBehind() throws IOException {
    try (SanaPipeline sana = TinyModel.SANA.open();
        SanaPipeline teacher = TinyModel.TEACHER.open();
        SanaPipeline sprint = TinyModel.SPRINT.open()) {
      Map<TinyModel, SanaPipeline> pipelines =
          Map.of(TinyModel.SANA, sana, TinyModel.TEACHER, teacher, TinyModel.SPRINT, sprint);
      generate(pipelines, 30);
      long tensors = LiveTensors.count();
      long memory = resident(() -> generate(pipelines, 3));
      generate(pipelines, 200);
      assertThat(LiveTensors.count()).isEqualTo(tensors);
      assertThat(resident(() -> generate(pipelines, 3)) - memory).isLessThan(THIRTY_MEGABYTES);
    }
  }

  @Test
  void openingAndClosingModelsLeavesNothingBehind() throws IOException {
    long tensors = LiveTensors.count();
    openAndClose(10);
    long memory = resident(() -> openAndClose(1));
    openAndClose(30);
    assertThat(LiveTensors.count()).isEqualTo(tensors);
    assertThat(resident(() -> openAndClose(1)) - memory).isLessThan(THIRTY_MEGABYTES);
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
