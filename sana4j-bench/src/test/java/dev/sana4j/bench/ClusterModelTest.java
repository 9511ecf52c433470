package dev.sana4j.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ClusterModelTest {
  private static ClusterModel model(double scheduler) {
    return new ClusterModel(1, 0, 10, scheduler, 0, 0, 0);
  }

  @Test
  void executorsWithoutOverheadAreLinear() {
    assertThat(model(0).run(1, 1000, 0).seconds()).isEqualTo(1000, within(1e-6));
    assertThat(model(0).run(100, 1000, 0).efficiency()).isEqualTo(1, within(1e-6));
  }

  @Test
  void aSlowDriverLimitsTheImagesPerSecond() {
    ClusterModel.Outcome outcome = model(1).run(1000, 10_000, 0);
    assertThat(outcome.imagesPerSecond()).isEqualTo(10, within(0.2));
    assertThat(outcome.efficiency()).isLessThan(0.02);
    assertThat(outcome.waiting()).isGreaterThan(0.4);
  }

  @Test
  void executorsWithoutATaskDoNotHelp() {
    assertThat(model(0).run(200, 1000, 0).efficiency()).isEqualTo(0.5, within(1e-6));
  }

  @Test
  void theSameSeedGivesTheSameTimes() {
    var varied = new ClusterModel(1, 0.2, 10, 0.01, 0.05, 0.002, 30);
    assertThat(varied.run(7, 1000, 1)).isEqualTo(varied.run(7, 1000, 1));
  }
}
