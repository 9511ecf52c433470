package dev.sana4j.emoji.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrechetDistanceTest {
  /** Returns points with the given mean and an exactly diagonal covariance. */
  private static List<float[]> crosses(double[] mean, double[] variances) {
    List<float[]> points = new ArrayList<>();
    int width = mean.length;
    for (int i = 0; i < width; i++) {
      double reach = Math.sqrt(variances[i] * (2 * width - 1) / 2);
      for (int sign = -1; sign <= 1; sign += 2) {
        float[] point = new float[width];
        for (int j = 0; j < width; j++) {
          point[j] = (float) (mean[j] + (i == j ? sign * reach : 0));
        }
        points.add(point);
      }
    }
    return points;
  }

  @Test
  void itIsTheClosedFormOfGaussiansWithTheSameAxes() {
    List<float[]> a = crosses(new double[] {1, 2, 3}, new double[] {1, 4, 9});
    List<float[]> b = crosses(new double[] {0, 2, 5}, new double[] {4, 4, 1});
    // |m|^2 = 1 + 0 + 4; (1 - 2)^2 + 0 + (3 - 1)^2 of the standard deviations
    assertThat(FrechetDistance.between(a, b)).isCloseTo(10, within(1e-4));
  }

  @Test
  void itDoesNotDependOnTheAxes() {
    List<float[]> a = crosses(new double[] {1, 2}, new double[] {1, 9});
    List<float[]> b = crosses(new double[] {0, 0}, new double[] {4, 1});
    assertThat(FrechetDistance.between(turned(a), turned(b)))
        .isCloseTo(FrechetDistance.between(a, b), within(1e-4));
  }

  private static List<float[]> turned(List<float[]> points) {
    return points.stream()
        .map(p -> new float[] {0.8f * p[0] - 0.6f * p[1], 0.6f * p[0] + 0.8f * p[1]})
        .toList();
  }

  @Test
  void fewerPointsThanFeaturesGiveZeroForThemselves() {
    var random = new Random(1);
    List<float[]> points = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      float[] point = new float[20];
      for (int j = 0; j < point.length; j++) {
        point[j] = (float) random.nextGaussian();
      }
      points.add(point);
    }
    assertThat(FrechetDistance.between(points, points)).isCloseTo(0, within(1e-5));
  }

  @Test
  void onePointHasNoSpread() {
    List<float[]> one = List.of(new float[] {1, 2});
    assertThatThrownBy(() -> FrechetDistance.between(one, one))
        .isInstanceOf(EvaluationException.class);
  }
}
