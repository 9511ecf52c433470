package dev.sana4j.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasurementTest {
  @TempDir private Path folder;

  @Test
  void aRoofWithoutTimeIsThatOfTheSmallestSize() {
    assertThat(Roof.within(DType.FLOAT32, Duration.ZERO).name())
        .isIn("linear-" + Roof.SIDES.get(0), "1x1-conv-" + Roof.SIDES.get(0));
  }

  @Test
  void everyDtypeHasOneRoof() {
    Roofs roofs = Roofs.within(List.of(DType.FLOAT32, DType.FLOAT32), Duration.ZERO);
    assertThat(roofs.all()).hasSize(1);
    assertThat(roofs.of(DType.FLOAT32).gigaflopsPerSecond()).isPositive();
  }

  @Test
  void theClockGivesEveryStageItsTimeButNotThatOfTheListener() throws InterruptedException {
    long begin = System.nanoTime();
    StageClock clock = new StageClock((doing, done, all) -> pause(30), "run", 3, 9);
    clock.end("encode");
    Thread.sleep(20);
    clock.end("save");
    double elapsed = (System.nanoTime() - begin) / 1e6;
    assertThat(clock.millis()).hasSize(2);
    assertThat(clock.millis().get(1)).isGreaterThanOrEqualTo(20);
    assertThat(clock.millis().get(0) + clock.millis().get(1)).isLessThanOrEqualTo(elapsed - 2 * 30);
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void theHighWaterMarkIsThePeakOfMemory() throws IOException {
    Path status = folder.resolve("status");
    Files.writeString(status, "Name:\tjava\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n");
    assertThat(PeakMemory.bytes(status)).isEqualTo(2 << 20);
    assertThat(PeakMemory.bytes(folder.resolve("absent"))).isNull();
  }
}
