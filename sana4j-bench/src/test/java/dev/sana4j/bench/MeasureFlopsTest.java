package dev.sana4j.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.clip.ClipConfig;
import org.junit.jupiter.api.Test;

/** The public figures are multiplications, which are half of the operations. */
class MeasureFlopsTest {
  @Test
  void inceptionHasThePublishedNumberOfOperations() {
    assertThat(MeasureFlops.inception() / 2e9).isBetween(5.6, 5.8);
  }

  @Test
  void clipHasThePublishedNumberOfOperations() {
    assertThat(MeasureFlops.image(ClipConfig.vitB32()) / 2e9).isBetween(4.3, 4.5);
    assertThat(MeasureFlops.image(ClipConfig.vitL14()) / 2e9).isBetween(80.0, 82.0);
  }
}
