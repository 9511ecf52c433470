package dev.sana4j.weights;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RandomWeightsTest {

  @Test
  void aSeedGivesTheSameWeightsAndAnotherSeedOthers() {
    TensorScope.compute(
        () -> {
          try (RandomWeights weights = new RandomWeights(5);
              RandomWeights same = new RandomWeights(5);
              RandomWeights other = new RandomWeights(6)) {
            Tensor first = weights.tensor("a", 8, 8);
            Tensor second = weights.tensor("b", 8, 8);
            assertThat(same.tensor("a", 8, 8)).isCloseTo(first, 0);
            assertThat(same.tensor("b", 8, 8)).isCloseTo(second, 0).differsFrom(first, 0.1);
            assertThat(other.tensor("a", 8, 8)).differsFrom(first, 0.1);
          }
          return null;
        });
  }

  @ParameterizedTest
  @CsvSource({"64,400,1,400", "400,64,1,64", "128,16,3,144"})
  void theVarianceIsOneOverTheFanIn(long out, long in, long kernel, double fanIn) {
    TensorScope.compute(
        () -> {
          try (RandomWeights weights = new RandomWeights(1)) {
            Tensor drawn = weights.tensor("weight", out, in, kernel, kernel);
            double count = drawn.elements();
            double variance = drawn.pow(2).sum().item() / count;
            assertThat(variance * fanIn).isCloseTo(1, within(6 * Math.sqrt(2 / count)));
            assertThat(drawn.sum().item() / count)
                .isCloseTo(0, within(6 / Math.sqrt(fanIn * count)));
          }
          return null;
        });
  }

  @Test
  void vectorsAreOnesIfTheyScaleAndZerosIfTheyShift() {
    TensorScope.compute(
        () -> {
          try (RandomWeights weights = new RandomWeights(1)) {
            assertThat(weights.tensor("norm.weight", 3)).isCloseTo(new float[] {1, 1, 1}, 0);
            assertThat(weights.tensor("norm.bias", 3)).isCloseTo(new float[3], 0);
            assertThat(weights.tensor("norm.bias", 3).dtype()).isEqualTo(DType.FLOAT32);
          }
          return null;
        });
  }

  @Test
  void everyNameIsThereAndNoneIsUnexpected() {
    try (RandomWeights weights = new RandomWeights(1)) {
      assertThat(weights.contains("anything")).isTrue();
      assertThat(weights.names()).isEmpty();
    }
  }
}
