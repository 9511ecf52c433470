package dev.sana4j.objective;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import org.junit.jupiter.api.Test;

/**
 * Properties that follow from the definitions; {@code verify} compares the numbers with the
 * reference.
 */
class ConsistencyTest {
  private static final double SIGMA_DATA = 0.5;
  private static final double DAMPING = 0.1;

  private static Tensor normal(long seed) {
    try (Generator generator = new Generator(seed)) {
      return generator.normal(3, 4, 5, 6).mul(SIGMA_DATA);
    }
  }

  private static Tensor angles() {
    return Tensors.of(new float[] {0.1f, 0.8f, 1.5f}, 3);
  }

  @Test
  void aFieldThatLeadsToTheSameImageFromEverywhereNeedsNoChange() {
    TensorScope.run(
        () -> {
          Tensor clean = normal(1);
          Tensor noise = normal(2);
          Tensor angles = angles();
          Tensor state = Consistency.noisy(clean, noise, angles);
          Tensor velocity = Consistency.noisy(noise, clean.mul(-1), angles);
          Tensor field = velocity.div(SIGMA_DATA);
          Tensor along = state.div(-SIGMA_DATA).mul(Consistency.wide(Consistency.speed(angles)));
          assertThat(Consistency.clean(state, field, angles, SIGMA_DATA)).isCloseTo(clean, 1e-5);
          Tensor tangent =
              new Consistency.Path(state, angles, velocity, field, along, SIGMA_DATA, 1).tangent();
          assertThat(tangent.norm().item()).isCloseTo(0, within(1e-5));
        });
  }

  @Test
  void withTheExpectedLogVarianceEveryAngleCountsAlike() {
    TensorScope.run(
        () -> {
          Tensor field = normal(1);
          Tensor tangent = Consistency.normalized(normal(2).mul(1e4), DAMPING);
          for (float angle : new float[] {0.02f, 0.8f, 1.57f}) {
            Tensor angles = Tensors.of(new float[] {angle, angle, angle}, 3);
            Tensor usual = Consistency.expectedLogVariance(angles, 4 * 5 * 6, SIGMA_DATA);
            Tensor loss = Consistency.loss(field, field, tangent, angles, usual, SIGMA_DATA);
            assertThat(loss.sub(usual.mean()).item()).isCloseTo(1, within(1e-3));
          }
        });
  }

  @Test
  void noTangentIsLongerThanOne() {
    TensorScope.run(
        () -> {
          Tensor tangent = Consistency.normalized(normal(1).mul(1e6), DAMPING);
          for (int i = 0; i < 3; i++) {
            assertThat(tangent.narrow(0, i, 1).norm().item()).isCloseTo(1, within(1e-4));
          }
          Tensor none = Tensors.zeros(DType.FLOAT32, Device.CPU, 1, 4, 5, 6);
          assertThat(Consistency.normalized(none, DAMPING).norm().item()).isZero();
        });
  }
}
