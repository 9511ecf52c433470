package dev.sana4j.diffusion;

import static dev.sana4j.diffusion.Vectors.PATIENT;
import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.tensor.LiveTensors;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Properties of every sampler: purity, listeners, cancellation, memory. */
class SamplingTest {
  private static final NoiseSource NOISE = () -> Vectors.random(9);

  static List<Sampler> samplers() {
    return Vectors.ofEachKind(5);
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void aStepIsAFunctionOfItsArguments(Sampler sampler) {
    TensorScope.run(
        () -> {
          Tensor latents = Vectors.random(1);
          Tensor prediction = Vectors.random(2);
          Tensor previous = Vectors.random(3);
          Sampler.State once = sampler.step(3, latents, prediction, previous, NOISE);
          Sampler.State between = sampler.step(1, prediction, latents, previous, NOISE);
          Sampler.State again = sampler.step(3, latents, prediction, previous, NOISE);
          assertThat(again.latents()).isCloseTo(once.latents(), 0);
          assertThat(again.denoised())
              .isCloseTo(once.denoised(), 0)
              .differsFrom(between.denoised(), 0.1);
          assertThat(latents).isCloseTo(Vectors.random(1), 0);
          assertThat(prediction).isCloseTo(Vectors.random(2), 0);
          assertThat(previous).isCloseTo(Vectors.random(3), 0);
        });
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void samplingTwiceGivesTheSameTwice(Sampler sampler) {
    TensorScope.run(
        () -> {
          Denoiser denoiser = (x, t) -> x.tanh();
          Tensor start = Vectors.random(1);
          Tensor first = sampler.sample(denoiser, start, NOISE, PATIENT);
          assertThat(sampler.sample(denoiser, start, NOISE, PATIENT)).isCloseTo(first, 0);
        });
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void theDenoiserIsAskedOnceAStepAtTheTimes(Sampler sampler) {
    TensorScope.run(
        () -> {
          List<Double> asked = new ArrayList<>();
          Denoiser denoiser =
              (x, t) -> {
                asked.add(t);
                return x.mul(1);
              };
          Tensor result = sampler.sample(denoiser, Vectors.random(1), NOISE, PATIENT);
          assertThat(result).hasShape(Vectors.SHAPE);
          assertThat(asked.stream().mapToDouble(t -> t)).containsExactly(box(sampler.times()));
        });
  }

  private static Double[] box(double[] values) {
    return Arrays.stream(values).boxed().toArray(Double[]::new);
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void theTimesGivenOutAreACopy(Sampler sampler) {
    double[] times = sampler.times();
    sampler.times()[0] = -1;

    assertThat(sampler.times()).containsExactly(times);
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void theListenerHearsEveryStepInOrder(Sampler sampler) {
    TensorScope.run(
        () -> {
          List<Integer> heard = new ArrayList<>();
          StepListener listener =
              step -> {
                heard.add(step.index());
                assertThat(step.count()).isEqualTo(5);
                assertThat(step.latents()).hasShape(Vectors.SHAPE);
                assertThat(step.denoised()).hasShape(Vectors.SHAPE);
                return true;
              };
          Tensor result = sampler.sample((x, t) -> x.mul(1), Vectors.random(1), NOISE, listener);
          assertThat(result).hasShape(Vectors.SHAPE);
          assertThat(heard).containsExactly(0, 1, 2, 3, 4);
        });
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void aListenerThatSaysNoEndsTheSamplingAtOnceAndLeavesNothing(Sampler sampler) {
    int[] asked = new int[1];
    Denoiser denoiser =
        (x, t) -> {
          asked[0]++;
          return x.mul(1);
        };
    try (Tensor start = Vectors.random(1)) {
      long before = LiveTensors.count();
      assertThatThrownBy(
              () -> sampler.sample(denoiser, start, NOISE, step -> step.index() < 2).close())
          .isInstanceOf(SamplingCancelledException.class)
          .hasMessage("cancelled after step 3");
      assertThat(asked[0]).isEqualTo(3);
      assertThat(LiveTensors.count()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void aDenoiserThatFailsLeavesNothing(Sampler sampler) {
    Denoiser denoiser =
        (x, t) -> {
          throw new IllegalStateException("no answer to " + x.mul(2));
        };
    try (Tensor start = Vectors.random(1)) {
      long before = LiveTensors.count();
      assertThatThrownBy(() -> sampler.sample(denoiser, start, NOISE, PATIENT).close())
          .isInstanceOf(IllegalStateException.class);
      assertThat(LiveTensors.count()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void onlyTheResultIsLeftAndTheStartIsUntouched(Sampler sampler) {
    try (Tensor start = Vectors.random(1);
        Tensor same = Vectors.random(1)) {
      long before = LiveTensors.count();
      try (Tensor result = sampler.sample((x, t) -> x.mul(1), start, NOISE, PATIENT)) {
        assertThat(LiveTensors.count()).isEqualTo(before + 1);
        assertThat(result).hasShape(Vectors.SHAPE);
        assertThat(start).isCloseTo(same, 0);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void memoryDoesNotGrowFromStepToStep(Sampler sampler) {
    try (Tensor start = Vectors.random(1)) {
      long before = LiveTensors.count();
      StepListener listener =
          step -> {
            assertThat(LiveTensors.count()).isEqualTo(before + 2); // latents and estimate
            return true;
          };
      sampler.sample((x, t) -> x.mul(1).add(0.1), start, NOISE, listener).close();
    }
  }
}
