package dev.sana4j.train.optim;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GradientNormTest {
  private final Tensor matrix = Tensors.of(new float[] {1, 2, 2, 4}, 2, 2);
  private final Tensor vector = Tensors.of(new float[] {12}, 1);

  @AfterEach
  void close() {
    matrix.close();
    vector.close();
  }

  @Test
  void theNormIsThatOfAllGradientsTogether() {
    assertThat(GradientNorm.of(List.of(matrix, vector))).isEqualTo(13);
    assertThat(GradientNorm.of(List.of())).isZero();
  }

  @Test
  void largeGradientsAreScaledToTheLimit() {
    assertThat(GradientNorm.clip_(List.of(matrix, vector), 6.5)).isEqualTo(13);
    assertThat(matrix).isCloseTo(new float[] {0.5f, 1, 1, 2}, 1e-6);
    assertThat(vector).isCloseTo(new float[] {6}, 1e-6);
  }

  @Test
  void smallGradientsStayAsTheyAre() {
    assertThat(GradientNorm.clip_(List.of(matrix, vector), 13)).isEqualTo(13);
    assertThat(matrix).isCloseTo(new float[] {1, 2, 2, 4}, 0);
  }

  @Test
  void halfPrecisionIsAddedUpInFloat32() {
    float[] many = new float[100_000];
    Arrays.fill(many, 1);
    try (Tensor full = Tensors.of(many, many.length);
        Tensor half = full.to(DType.BFLOAT16)) {
      assertThat(GradientNorm.of(List.of(half))).isCloseTo(Math.sqrt(1e5), within(1e-2));
    }
  }

  @Test
  void aNormThatIsNotFiniteIsReturnedAndNothingIsScaled() {
    for (float broken : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      try (Tensor bad = Tensors.of(new float[] {broken}, 1)) {
        assertThat(Double.isFinite(GradientNorm.clip_(List.of(matrix, bad), 1))).isFalse();
        assertThat(matrix).isCloseTo(new float[] {1, 2, 2, 4}, 0);
      }
    }
  }
}
