package dev.sana4j.dcae;

import static dev.sana4j.dcae.ToyAutoencoder.normal;
import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.nn.KernelAttention;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultiScaleAttentionTest {
  private static final int HEAD_WIDTH = 4;

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 5, 16, 64})
  void bothOrdersOfTheProductsAreTheSameAttention(int pixels) {
    TensorScope.compute(
        () -> {
          Tensor heads = normal(1, 2, 6, 3 * HEAD_WIDTH, pixels);
          assertThat(quadratic(heads)).isCloseTo(linear(heads, true), 1e-4);
          assertThat(quadratic(heads)).isCloseTo(linear(heads, false), 1e-4);
          return null;
        });
  }

  @Test
  void attentionIsAMeanOfTheValuesWeightedByRelusOfQueriesAndKeys() {
    int pixels = 5;
    float[] heads = new float[3 * HEAD_WIDTH * pixels];
    for (int i = 0; i < heads.length; i++) {
      heads[i] = (float) Math.sin(i * i + 1);
    }
    float[] expected = new float[HEAD_WIDTH * pixels];
    for (int query = 0; query < pixels; query++) {
      double[] weights = new double[pixels];
      for (int key = 0; key < pixels; key++) {
        for (int c = 0; c < HEAD_WIDTH; c++) {
          weights[key] +=
              Math.max(heads[c * pixels + query], 0)
                  * Math.max(heads[(HEAD_WIDTH + c) * pixels + key], 0);
        }
      }
      double sum = Arrays.stream(weights).sum();
      for (int c = 0; c < HEAD_WIDTH; c++) {
        for (int key = 0; key < pixels; key++) {
          expected[c * pixels + query] +=
              (float) (weights[key] / sum * heads[(2 * HEAD_WIDTH + c) * pixels + key]);
        }
      }
    }
    TensorScope.compute(
        () -> {
          Tensor tensor = Tensors.of(heads, 1, 1, 3 * HEAD_WIDTH, pixels);
          for (boolean direct : new boolean[] {false, true}) {
            assertThat(linear(tensor, direct))
                .hasShape(1, 1, HEAD_WIDTH, pixels)
                .isCloseTo(expected, 1e-5);
          }
          assertThat(quadratic(tensor)).isCloseTo(expected, 1e-5);
          return null;
        });
  }

  @Test
  void queriesThatSeeNothingGetZeros() {
    TensorScope.compute(
        () -> {
          Tensor heads = normal(1, 1, 1, 3 * HEAD_WIDTH, 6).abs().mul(-1);
          assertThat(linear(heads, false)).isCloseTo(new float[24], 0);
          assertThat(linear(heads, true)).isCloseTo(new float[24], 0);
          assertThat(quadratic(heads)).isCloseTo(new float[24], 0);
          return null;
        });
  }

  @ParameterizedTest
  @CsvSource({"2,2", "1,4", "3,3", "4,2"})
  void theLayerKeepsTheShapeOnBothSidesOfTheSwitch(long height, long width) {
    try (MultiScaleAttention layer =
        ToyAutoencoder.random(w -> new MultiScaleAttention(w, 8, HEAD_WIDTH, List.of(3, 5)))) {
      TensorScope.compute(
          () -> {
            assertThat(layer.apply(normal(1, 2, 8, height, width))).hasShape(2, 8, height, width);
            return null;
          });
    }
  }

  @Test
  void halfPrecisionStaysNearFloat32() {
    TensorScope.compute(
        () -> {
          Tensor heads = normal(1, 1, 2, 3 * HEAD_WIDTH, 4);
          Tensor rounded = quadratic(heads.to(DType.BFLOAT16));
          assertThat(rounded.dtype()).isEqualTo(DType.BFLOAT16);
          assertThat(rounded).isCloseTo(quadratic(heads), 0.05);
          return null;
        });
  }

  /** Of (B, heads, 3 * HEAD_WIDTH, pixels): queries, keys and values, (B, heads, HEAD_WIDTH, P). */
  private static Tensor linear(Tensor heads, boolean direct) {
    List<Tensor> parts = heads.transpose(2, 3).chunk(3, 3);
    return parted(
        KernelAttention.attend(
            Functional.relu(parts.get(0)), Functional.relu(parts.get(1)), parts.get(2), direct));
  }

  private static Tensor quadratic(Tensor heads) {
    List<Tensor> parts = heads.transpose(2, 3).chunk(3, 3);
    return parted(
        MultiScaleAttention.quadratic(
            Functional.relu(parts.get(0)), Functional.relu(parts.get(1)), parts.get(2)));
  }

  /** (B, pixels, heads * HEAD_WIDTH) to (B, heads, HEAD_WIDTH, pixels). */
  private static Tensor parted(Tensor attended) {
    return attended.transpose(1, 2).unflatten(1, -1, HEAD_WIDTH);
  }
}
