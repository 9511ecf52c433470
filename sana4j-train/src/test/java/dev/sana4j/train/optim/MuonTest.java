package dev.sana4j.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MuonTest {
  private static final double[] SINGULAR_VALUES = {3, 1, 0.2};

  /** Returns a singular value after five iterations, as published. */
  private static double lifted(double value) {
    double x = value;
    for (int i = 0; i < 5; i++) {
      x = 3.4445 * x - 4.7750 * Math.pow(x, 3) + 2.0315 * Math.pow(x, 5);
    }
    return x;
  }

  /** Returns U diag(values) V^T with reflections as U and V. */
  private static Tensor matrix(double[] values, int rows, int columns) {
    float[] diagonal = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      diagonal[i * columns + i] = (float) values[i];
    }
    return reflection(rows).matmul(Tensors.of(diagonal, rows, columns)).matmul(reflection(columns));
  }

  /** I - 2 v v^T / v^T v, with v = 1, 2, 3, ... */
  private static Tensor reflection(int size) {
    float[] entries = new float[size * size];
    double length = size * (size + 1) * (2 * size + 1) / 6.0;
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        entries[i * size + j] = (float) ((i == j ? 1 : 0) - 2 * (i + 1) * (j + 1) / length);
      }
    }
    return Tensors.of(entries, size, size);
  }

  @ParameterizedTest
  @CsvSource({"3,5", "5,3", "3,3"})
  void singularValuesAreLiftedAndTheirVectorsStay(int rows, int columns) {
    TensorScope.run(
        () -> {
          double norm = Math.sqrt(9 + 1 + 0.04);
          double[] expected = new double[SINGULAR_VALUES.length];
          for (int i = 0; i < expected.length; i++) {
            expected[i] = lifted(SINGULAR_VALUES[i] / norm);
            assertThat(expected[i]).isBetween(0.65, 1.25);
          }
          Tensor given = matrix(SINGULAR_VALUES, rows, columns);
          Tensor made = Muon.orthogonal(given, DType.FLOAT32);
          float[] right = matrix(expected, rows, columns).toFloats();
          float[] values = made.toFloats();
          for (int i = 0; i < right.length; i++) {
            assertThat(values[i]).isCloseTo(right[i], within(1e-4f));
          }
          Tensor coarse = Muon.orthogonal(given, DType.BFLOAT16).to(DType.FLOAT32);
          assertThat(coarse.sub(made).norm().item()).isLessThan(0.1);
        });
  }

  @Test
  void theFirstStepOfAKernelHasTheSizeOfAdamW() {
    try (Generator random = new Generator(1)) {
      TensorScope.run(
          () -> {
            Tensor kernel = random.normal(4, 2, 3, 3);
            Tensor before = kernel.copy();
            Tensor gradient = random.normal(4, 2, 3, 3);
            try (Muon muon = open(List.of(new Trainable("conv.weight", kernel)))) {
              muon.step(List.of(gradient), 0.1);
            }
            Tensor map = Muon.orthogonal(gradient.reshape(4, 18), DType.FLOAT32);
            Tensor expected = before.sub(map.reshape(4, 2, 3, 3).mul(0.1 * 0.2 * Math.sqrt(18)));
            assertThat(kernel.sub(expected).norm().item()).isLessThan(1e-5);
          });
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1000})
  void theSizeOfAGradientDoesNotMatter(int scale) {
    try (Generator random = new Generator(2)) {
      TensorScope.run(
          () -> {
            Tensor gradient = random.normal(6, 4);
            Tensor made = Muon.orthogonal(gradient.mul(scale), DType.FLOAT32);
            Tensor expected = Muon.orthogonal(gradient, DType.FLOAT32);
            assertThat(made.sub(expected).norm().item()).isLessThan(1e-4);
          });
    }
  }

  @Test
  void whatIsNoLinearMapGoesByAdamW() {
    TensorScope.run(
        () -> {
          List<Trainable> parameters =
              List.of(
                  new Trainable("to_q.weight", zeros(4, 4)),
                  new Trainable("model.embed_tokens.weight", zeros(9, 4)),
                  new Trainable("depthwise.weight", zeros(4, 1, 3, 3)),
                  new Trainable("norm.weight", zeros(4)));
          try (Muon muon = open(parameters)) {
            assertThat(muon.state().keySet())
                .containsOnly(
                    "to_q.weight.momentum",
                    "model.embed_tokens.weight.first",
                    "model.embed_tokens.weight.second",
                    "model.embed_tokens.weight.steps",
                    "depthwise.weight.first",
                    "depthwise.weight.second",
                    "depthwise.weight.steps",
                    "norm.weight.first",
                    "norm.weight.second",
                    "norm.weight.steps");
          }
        });
  }

  private static Tensor zeros(long... shape) {
    return Tensors.zeros(DType.FLOAT32, Device.CPU, shape);
  }

  private static Muon open(List<Trainable> parameters) {
    return new Muon(parameters, new Muon.Settings(0.95, 0.999, 0, DType.FLOAT32));
  }
}
