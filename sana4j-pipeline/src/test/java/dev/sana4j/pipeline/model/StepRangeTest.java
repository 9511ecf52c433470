package dev.sana4j.pipeline.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepRangeTest {
  private static final double[] TIMES = {999, 900, 700, 300};

  /** Returns a digit for each step, 1 if the range contains it. */
  private static String within(double from, double to) {
    StepRange range = StepRange.of(from, to, TIMES);
    return Arrays.stream(TIMES)
        .mapToObj(time -> range.contains(time) ? "1" : "0")
        .collect(Collectors.joining());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 1111",
    "0, 0.5, 1100",
    "0.5, 1, 0011",
    "0.25, 0.75, 0110",
    "0.2, 0.8, 0110",
    "0.3, 0.6, 0000",
    "0, 0.2, 0000",
    "0, 0, 0000",
    "1, 1, 0000",
    "0.75, 1, 0001",
  })
  void aStepIsWithinIfBothItsEndsAre(double from, double to, String expected) {
    assertThat(within(from, to)).isEqualTo(expected);
  }

  @Test
  void aRoundedTimeIsStillThatOfItsStep() {
    StepRange range = StepRange.of(0.25, 0.75, TIMES);
    assertThat(range.contains(899.9)).isTrue();
    assertThat(range.contains(998.9)).isFalse();
  }

  @Test
  void aSingleStepIsTheWholeWay() {
    assertThat(StepRange.of(0, 1, new double[] {1}).contains(1)).isTrue();
    assertThat(StepRange.of(0, 0.9, new double[] {1}).contains(1)).isFalse();
  }
}
