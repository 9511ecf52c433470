package dev.sana4j.sana;

import static dev.sana4j.testkit.TensorAssert.assertThat;

import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import org.junit.jupiter.api.Test;

class SinusoidalEmbeddingTest {

  @Test
  void timesBecomeCosinesThenSinesOfFallingFrequencies() {
    TensorScope.compute(
        () -> {
          float[] expected = new float[8];
          for (int i = 0; i < 4; i++) {
            double angle = 2.5 * Math.pow(10_000, -i / 4.0);
            expected[i] = (float) Math.cos(angle);
            expected[4 + i] = (float) Math.sin(angle);
          }
          assertThat(SinusoidalEmbedding.ofTime(Tensors.of(new float[] {2.5f}, 1), 8))
              .hasShape(1, 8)
              .isCloseTo(expected, 1e-6);
          return null;
        });
  }

  @Test
  void gridPositionsAreSinesAndCosinesOfTheColumnThenOfTheRow() {
    TensorScope.compute(
        () -> {
          Tensor embedded =
              SinusoidalEmbedding.ofGrid(new Grid(2, 3), 8, 6, 2, Device.CPU).unflatten(1, 2, 3);
          for (int row = 0; row < 2; row++) {
            for (int column = 0; column < 3; column++) {
              // A grid of 2 x 3 spans 6 / 2 in both directions.
              double x = column * 6 / 3.0 / 2;
              double y = row * 6 / 2.0 / 2;
              float[] expected = {
                (float) Math.sin(x),
                (float) Math.sin(x / 100),
                (float) Math.cos(x),
                (float) Math.cos(x / 100),
                (float) Math.sin(y),
                (float) Math.sin(y / 100),
                (float) Math.cos(y),
                (float) Math.cos(y / 100)
              };
              assertThat(embedded.narrow(1, row, 1).narrow(2, column, 1)).isCloseTo(expected, 1e-6);
            }
          }
          return null;
        });
  }
}
