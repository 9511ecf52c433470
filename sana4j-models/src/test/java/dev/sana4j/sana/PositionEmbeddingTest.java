package dev.sana4j.sana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.CheckpointException;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionEmbeddingTest {
  private static final int SIDE = 8;
  private static final int WIDTH = 16;

  private static OptionalDouble scaleOf(Supplier<Tensor> positions) {
    return TensorScope.<OptionalDouble>compute(
        () -> PositionEmbedding.interpolationScale(positions.get()));
  }

  private static Tensor grid(double scale) {
    return SinusoidalEmbedding.ofGrid(new Grid(SIDE, SIDE), WIDTH, SIDE, scale, Device.CPU);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.75, 1, 1.5, 2, 4})
  void theScaleIsFoundAlsoInRoundedNumbers(double scale) {
    assertThat(scaleOf(() -> grid(scale))).hasValue(scale);
    assertThat(scaleOf(() -> grid(scale).to(DType.BFLOAT16))).hasValue(scale);
  }

  @Test
  void zerosAreNoPositions() {
    assertThat(scaleOf(() -> Tensors.zeros(DType.FLOAT32, Device.CPU, 1, SIDE * SIDE, WIDTH)))
        .hasValue(0);
  }

  @Test
  void anythingElseIsNoSuchEmbedding() {
    assertThat(scaleOf(() -> grid(1).mul(0.5))).isEmpty();
    assertThat(scaleOf(() -> grid(1).mul(Double.NaN))).isEmpty();
    assertThat(scaleOf(() -> Tensors.full(2, DType.FLOAT32, Device.CPU, 1, SIDE * SIDE, WIDTH)))
        .isEmpty();
  }

  @Test
  void tokensFormASquare() {
    assertThat(PositionEmbedding.side(64)).isEqualTo(8);
    assertThatThrownBy(() -> PositionEmbedding.side(63))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("63 tokens are not a square grid");
  }
}
