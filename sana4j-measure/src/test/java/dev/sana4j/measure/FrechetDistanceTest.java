package dev.sana4j.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.measure.FeatureStatistics.Gaussian;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrechetDistanceTest {
  private static List<float[]> vectors(long seed, int count, int width) {
    Random random = new Random(seed);
    List<float[]> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] vector = new float[width];
      for (int j = 0; j < width; j++) {
        vector[j] = (float) (random.nextGaussian() * (j + 1) + 100);
      }
      all.add(vector);
    }
    return all;
  }

  @Test
  void isTheSumOfSquaresOfTheDifferencesForIndependentFeatures() {
    Gaussian first = new Gaussian(new double[] {1, 2}, new double[] {4, 0, 0, 9});
    Gaussian second = new Gaussian(new double[] {0, 4}, new double[] {1, 0, 0, 16});
    assertThat(FrechetDistance.between(first, second))
        .isCloseTo(1 + 4 + 1 + 1, within(1e-12)); // means, then (2-1)^2 and (3-4)^2
  }

  @Test
  void isZeroForEqualSetsAlsoIfTheCovarianceIsSingular() {
    Gaussian few = FeatureStatistics.of(vectors(1, 3, 8));
    assertThat(FrechetDistance.between(few, few)).isCloseTo(0, within(1e-4));
  }

  @Test
  void doesNotDependOnTheOrderOfTheSets() {
    Gaussian first = FeatureStatistics.of(vectors(1, 40, 5));
    Gaussian second = FeatureStatistics.of(vectors(2, 30, 5));
    assertThat(FrechetDistance.between(first, second))
        .isCloseTo(FrechetDistance.between(second, first), within(1e-8));
  }

  @Test
  void statisticsOfManyBatchesAreThoseOfTheWholeSet() {
    List<float[]> all = vectors(3, 200, 3);
    Gaussian found = FeatureStatistics.of(all);
    double mean = all.stream().mapToDouble(vector -> vector[1]).average().orElseThrow();
    double products =
        all.stream().mapToDouble(vector -> (vector[1] - mean) * (vector[1] - mean)).sum();
    assertThat(found.mean()[1]).isCloseTo(mean, within(1e-10));
    assertThat(found.covariance()[4]).isCloseTo(products / 199, within(1e-9));
  }

  @Test
  void refusesStatisticsOfDifferentNetworks() {
    Gaussian first = FeatureStatistics.of(vectors(1, 4, 5));
    Gaussian second = FeatureStatistics.of(vectors(1, 4, 6));
    assertThatThrownBy(() -> FrechetDistance.between(first, second))
        .isInstanceOf(MeasureException.class)
        .hasMessageContaining("5 and 6");
  }

  @Test
  void refusesASingleImage() {
    assertThatThrownBy(() -> FeatureStatistics.of(vectors(1, 1, 5)))
        .isInstanceOf(MeasureException.class)
        .hasMessageContaining("at least 2");
  }
}
