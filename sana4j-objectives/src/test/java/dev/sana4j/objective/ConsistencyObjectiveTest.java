package dev.sana4j.objective;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.objective.ConsistencyObjective.Target;
import dev.sana4j.objective.SprintStep.Text;
import dev.sana4j.tensor.ForwardMode.Derivative;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConsistencyObjectiveTest {
  private static final double SIGMA = ToyNetworks.SIGMA;

  private ToyNetworks networks;

  @BeforeEach
  void make() {
    networks = new ToyNetworks();
  }

  @AfterEach
  void free() {
    networks.close();
  }

  private static Tensor angles() {
    return ToyNetworks.numbers(0.2, 0.6, 1.2);
  }

  private Target target(Text text, Text empty, Tensor scale, double warmUp) {
    return networks
        .consistency(LogVariance.OF_ANGLE)
        .target(
            ToyNetworks.latents(1),
            ToyNetworks.condition(text, angles(), scale),
            ToyNetworks.condition(text, angles(), null),
            ToyNetworks.condition(empty, angles(), null),
            warmUp);
  }

  @Test
  void ofScaleOneTheCaptionLeadsAndOfScaleZeroTheEmptyOne() {
    TensorScope.run(
        () -> {
          Text text = ToyNetworks.text(2);
          Text empty = ToyNetworks.text(3);
          Tensor latents = ToyNetworks.latents(1).div(SIGMA);
          Tensor with =
              networks.teacher.field(latents, ToyNetworks.condition(text, angles(), null));
          Tensor without =
              networks.teacher.field(latents, ToyNetworks.condition(empty, angles(), null));

          assertThat(target(text, empty, ToyNetworks.numbers(1, 1, 1), 1).velocity())
              .isCloseTo(with.mul(SIGMA), 1e-5);
          assertThat(target(text, empty, ToyNetworks.numbers(0, 0, 0), 1).velocity())
              .isCloseTo(without.mul(SIGMA), 1e-5);
          Tensor doubled = with.mul(2).sub(without).mul(SIGMA);
          assertThat(target(text, empty, ToyNetworks.numbers(2, 2, 2), 1).velocity())
              .isCloseTo(doubled, 1e-5);
        });
  }

  @Test
  void beforeTheWarmUpOnlyTheTeachersFieldCounts() {
    TensorScope.run(
        () -> {
          Text text = ToyNetworks.text(2);
          Target target = target(text, ToyNetworks.text(3), ToyNetworks.numbers(1, 2, 3), 0);
          Tensor expected =
              target
                  .velocity()
                  .sub(target.field().mul(SIGMA))
                  .mul(angles().cos().pow(2).reshape(-1, 1, 1, 1));
          assertThat(target.tangent()).isCloseTo(expected, 1e-5);
        });
  }

  @Test
  void aNormalizedTangentIsNeverLongerThanOne() {
    TensorScope.run(
        () -> {
          Text text = ToyNetworks.text(2);
          Tensor normalized =
              target(text, ToyNetworks.text(3), ToyNetworks.numbers(1, 2, 3), 1).normalized();
          for (float length : normalized.flatten(1, 3).pow(2).sum(1, false).toFloats()) {
            assertThat(length).isPositive().isLessThanOrEqualTo(1);
          }
        });
  }

  @Test
  void theDerivativeIsThatOfAFiniteDifference() {
    TensorScope.run(
        () -> {
          Text text = ToyNetworks.text(2);
          Tensor scale = ToyNetworks.numbers(1, 2, 3);
          Tensor latents = ToyNetworks.latents(1).div(SIGMA);
          Tensor along = ToyNetworks.latents(4);
          Tensor speed = ToyNetworks.numbers(0.3, -0.2, 0.1);
          Derivative derivative =
              networks.student.derivative(
                  latents, ToyNetworks.condition(text, angles(), scale), along, speed);

          double h = 1e-2;
          Tensor after = moved(text, scale, latents, along, speed, h);
          Tensor before = moved(text, scale, latents, along, speed, -h);
          Tensor difference = after.sub(before).div(2 * h);
          double error = derivative.tangent().sub(difference).norm().item();
          assertThat(error).isLessThan(0.02 * difference.norm().item());
        });
  }

  private Tensor moved(
      Text text, Tensor scale, Tensor latents, Tensor along, Tensor speed, double h) {
    return networks.student.field(
        latents.add(along.mul(h)), ToyNetworks.condition(text, angles().add(speed.mul(h)), scale));
  }
}
