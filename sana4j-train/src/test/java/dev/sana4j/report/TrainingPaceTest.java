package dev.sana4j.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TrainingPaceTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void anEvenPaceIsMeasuredExactly() {
    TrainingPace pace = TrainingPace.start(1000, 0, -5);
    for (int step = 1; step <= 100; step++) {
      pace.update(step, step * 32L, -5 + step * SECOND / 2);
    }
    assertThat(pace.imagesPerSecond()).isCloseTo(64, within(1e-9));
    assertThat(pace.remaining()).isEqualTo(Duration.ofSeconds(450));
  }

  @Test
  void aResumedTrainingDoesNotCountTheStepsBefore() {
    TrainingPace pace = TrainingPace.start(1000, 900, 0);
    pace.update(901, 32, SECOND);
    assertThat(pace.imagesPerSecond()).isEqualTo(32);
    assertThat(pace.remaining()).isEqualTo(Duration.ofSeconds(99));
  }

  @Test
  void aNewPaceOutweighsTheOld() {
    TrainingPace pace = TrainingPace.start(100_000, 0, 0);
    for (int step = 1; step <= 600; step++) {
      pace.update(step, step, step * SECOND);
    }
    for (int step = 601; step <= 4600; step++) {
      pace.update(step, step, 600 * SECOND + (step - 600) * SECOND / 10);
    }
    assertThat(pace.imagesPerSecond()).isBetween(9., 10.);
  }

  @Test
  void nothingIsKnownBeforeTheFirstStep() {
    TrainingPace pace = TrainingPace.start(10, 0, 0);
    pace.update(0, 0, 0);
    assertThat(pace.imagesPerSecond()).isZero();
    assertThat(pace.remaining()).isZero();
  }

  @Test
  void nothingIsLeftAfterTheLastStep() {
    TrainingPace pace = TrainingPace.start(1, 0, 0);
    pace.update(2, 2, SECOND);
    assertThat(pace.remaining()).isZero();
  }
}
