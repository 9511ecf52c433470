package dev.sana4j.gemma;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import org.junit.jupiter.api.Test;

class RotaryEmbeddingTest {
  private static final int LENGTH = 7;
  private static final int WIDTH = 6;

  /** One vector, rotated for every position: (1, 1, L, D). */
  private static Tensor turned(long seed) {
    try (Generator generator = new Generator(seed)) {
      Tensor same = generator.normal(1, 1, 1, WIDTH).expand(1, 1, LENGTH, WIDTH);
      return RotaryEmbedding.of(0, LENGTH, WIDTH, 100, Device.CPU).rotate(same);
    }
  }

  private static double score(Tensor queries, int query, Tensor keys, int key) {
    return queries.narrow(2, query, 1).mul(keys.narrow(2, key, 1)).sum().item();
  }

  @Test
  void scoresDependOnlyOnTheDistance() {
    TensorScope.compute(
        () -> {
          Tensor queries = turned(1);
          Tensor keys = turned(2);
          for (int distance = 0; distance < LENGTH; distance++) {
            double expected = score(queries, distance, keys, 0);
            for (int key = 1; key + distance < LENGTH; key++) {
              assertThat(score(queries, key + distance, keys, key))
                  .isCloseTo(expected, within(1e-5));
            }
          }
          assertThat(score(queries, 1, keys, 0))
              .isNotCloseTo(score(queries, 2, keys, 0), within(1e-2));
          return null;
        });
  }

  @Test
  void turningKeepsLengthsAndLeavesTheFirstPosition() {
    TensorScope.compute(
        () -> {
          Tensor queries = turned(1);
          for (int i = 1; i < LENGTH; i++) {
            assertThat(score(queries, i, queries, i))
                .isCloseTo(score(queries, 0, queries, 0), within(1e-5));
          }
          try (Generator generator = new Generator(1)) {
            assertThat(queries.narrow(2, 0, 1)).isCloseTo(generator.normal(1, 1, 1, WIDTH), 0);
          }
          return null;
        });
  }
}
