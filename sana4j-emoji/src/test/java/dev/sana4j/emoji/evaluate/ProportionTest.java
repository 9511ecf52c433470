package dev.sana4j.emoji.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ProportionTest {
  @Test
  void theIntervalIsWilsons() {
    // Newcombe 1998, Statistics in Medicine 17, table I, method 3: 81 of 263 and 0 of 20.
    var some = new Proportion(81, 263);
    assertThat(some.low()).isCloseTo(25.53, within(0.01));
    assertThat(some.high()).isCloseTo(36.62, within(0.01));
    var none = new Proportion(0, 20);
    assertThat(none.low()).isCloseTo(0, within(1e-9));
    assertThat(none.high()).isCloseTo(16.11, within(0.01));
  }

  @Test
  void theShareIsInPercent() {
    assertThat(new Proportion(1, 8).percent()).isEqualTo(12.5);
  }
}
