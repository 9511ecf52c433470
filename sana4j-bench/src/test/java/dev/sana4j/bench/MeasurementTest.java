package dev.sana4j.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.tensor.DType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MeasurementTest {

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
  void theClockGivesEveryStageItsTimeButNotThatOfTheListener() {
    AtomicLong now = new AtomicLong(7);
    BenchListener listener = (doing, done, all) -> now.addAndGet(30_000_000);
    StageClock clock = new StageClock(now::get, listener, "run", 3, 9);
    now.addAndGet(5_000_000);
    clock.end("encode");
    now.addAndGet(20_000_000);
    clock.end("save");
    assertThat(clock.millis()).containsExactly(5.0, 20.0);
  }
}
