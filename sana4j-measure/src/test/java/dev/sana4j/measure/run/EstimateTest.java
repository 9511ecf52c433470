package dev.sana4j.measure.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EstimateTest {
  @Test
  void theIntervalOfAMeanIsAboutTwoStandardErrorsToBothSides() {
    SplittableRandom random = new SplittableRandom(3);
    double[] values = new double[400];
    Arrays.setAll(values, i -> random.nextDouble());
    Estimate mean = Estimate.mean(values);
    double standardError = Math.sqrt(1.0 / 12 / 400);
    assertThat(mean.value()).isBetween(mean.low(), mean.high());
    assertThat(mean.high() - mean.low()).isCloseTo(4 * standardError, within(standardError));
    assertThat(Estimate.mean(values)).isEqualTo(mean);
  }

  @Test
  void theIntervalOfASetComesFromTheDeviationOfItsSamples() {
    Estimate estimate =
        Estimate.ofSet(10, 100, 500, random -> 12 + (random.nextBoolean() ? 1 : -1));
    assertThat(estimate.value()).isEqualTo(10);
    assertThat(estimate.high() - 10).isCloseTo(1.96, within(0.05));
  }

  @Test
  void withoutSamplesThereIsNoInterval() {
    Estimate estimate = Estimate.ofSet(10, 100, 0, random -> Double.NaN);
    assertThat(estimate).isEqualTo(new Estimate(10, 10, 10, 100));
  }
}
