package dev.sana4j.testkit;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorAssertTest {
  private Tensor tensor;

  @BeforeEach
  void makeTensor() {
    tensor = Tensors.of(new float[] {1, 2, 3}, 3);
  }

  @AfterEach
  void freeTensor() {
    tensor.close();
  }

  @Test
  void theWorstElementIsNamed() {
    assertThat(tensor).isCloseTo(new float[] {1, 2.5f, 3}, 0.5);
    assertThatThrownBy(() -> assertThat(tensor).isCloseTo(new float[] {1.25f, 2.5f, 3}, 0.4))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("expected 2.5 at element 1 within 0.4, got 2.0");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void notANumberIsCloseToNothingWhereverItStands(int place) {
    float[] expected = {1, 2, 3};
    expected[place] = Float.NaN;

    assertThatThrownBy(() -> assertThat(tensor).isCloseTo(expected, 1e9))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void shapesAreCompared() {
    try (Tensor row = tensor.reshape(1, 3)) {
      assertThatThrownBy(() -> assertThat(tensor).isCloseTo(row, 1))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("shape");
    }
  }

  @Test
  void equalTensorsDoNotDiffer() {
    try (Tensor same = tensor.copy();
        Tensor other = tensor.add(1)) {
      assertThat(tensor).differsFrom(other, 0.5);
      assertThatThrownBy(() -> assertThat(tensor).differsFrom(same, 1e-6))
          .isInstanceOf(AssertionError.class);
    }
  }
}
