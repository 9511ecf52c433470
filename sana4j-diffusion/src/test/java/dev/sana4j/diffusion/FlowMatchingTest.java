package dev.sana4j.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FlowMatchingTest {
  private static float[] times(double shift) {
    return TensorScope.<float[]>compute(
        () -> {
          try (Generator generator = new Generator(3)) {
            return new FlowMatching(shift, 0, 1).times(generator, 1001).toFloats();
          }
        });
  }

  @Test
  void theShiftMovesTheMedianAsItMovesTheSampler() {
    float[] plain = times(1);
    float[] shifted = times(3);
    Arrays.sort(plain);
    Arrays.sort(shifted);
    assertThat(plain[500]).isCloseTo(0.5f, within(0.03f));
    double median = plain[500];
    assertThat((double) shifted[500]).isCloseTo(3 * median / (1 + 2 * median), within(1e-5));
    assertThat(shifted[0]).isPositive();
    assertThat(shifted[1000]).isLessThan(1);
  }

  @Test
  void eachSampleHasItsOwnTime() {
    float[] noisy =
        TensorScope.<float[]>compute(
            () -> {
              Tensor data = Tensors.of(new float[] {1, 2, 3, 4}, 2, 2);
              Tensor noise = Tensors.of(new float[] {10, 20, 30, 40}, 2, 2);
              Tensor times = Tensors.of(new float[] {0, 0.5f}, 2);
              return FlowMatching.noisy(data, noise, times).toFloats();
            });
    assertThat(noisy).containsExactly(1, 2, 16.5f, 22);
  }

  @Test
  void aShiftOfZeroIsRefused() {
    assertThatThrownBy(() -> new FlowMatching(0, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("shift");
  }
}
