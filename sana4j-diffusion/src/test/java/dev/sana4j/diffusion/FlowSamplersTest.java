package dev.sana4j.diffusion;

import static dev.sana4j.diffusion.Vectors.NO_NOISE;
import static dev.sana4j.diffusion.Vectors.PATIENT;
import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Properties of Euler's method and of DPM-Solver++ on the flow. */
class FlowSamplersTest {
  private static final double ROUNDING = 1e-5;

  static IntStream steps() {
    return IntStream.rangeClosed(1, 50);
  }

  static Stream<Function<Integer, Sampler>> kinds() {
    return Stream.of(
        steps -> new FlowEuler(steps, 3),
        steps -> new FlowDpmSolver(steps, 3),
        steps -> new FlowDpmSolver(steps, 3, 1));
  }

  @ParameterizedTest
  @MethodSource("steps")
  void aStraightFlowIsFollowedToItsImageInAnyNumberOfSteps(int steps) {
    Vectors.flows(steps, 3)
        .forEach(
            sampler ->
                TensorScope.compute(
                    () -> {
                      double first = Vectors.sigmas(sampler)[0];
                      Tensor image = Vectors.random(1);
                      Tensor noise = Vectors.random(2);
                      Tensor start = image.mul(1 - first).add(noise.mul(first));
                      Tensor velocity = noise.sub(image);
                      Tensor result =
                          sampler.sample((x, t) -> velocity.mul(1), start, NO_NOISE, PATIENT);
                      assertThat(result).isCloseTo(image, ROUNDING);
                      return null;
                    }));
  }

  @Test
  void onAStraightFlowEveryStepKnowsTheImage() {
    Vectors.flows(7, 3)
        .forEach(
            sampler ->
                TensorScope.compute(
                    () -> {
                      double first = Vectors.sigmas(sampler)[0];
                      Tensor image = Vectors.random(1);
                      Tensor noise = Vectors.random(2);
                      Tensor start = image.mul(1 - first).add(noise.mul(first));
                      Tensor velocity = noise.sub(image);
                      StepListener listener =
                          step -> {
                            double sigma = Vectors.sigmas(sampler)[step.index() + 1];
                            assertThat(step.denoised()).isCloseTo(image, ROUNDING);
                            assertThat(step.latents())
                                .isCloseTo(image.mul(1 - sigma).add(noise.mul(sigma)), ROUNDING);
                            return true;
                          };
                      return sampler
                          .sample((x, t) -> velocity.mul(1), start, NO_NOISE, listener)
                          .toFloats();
                    }));
  }

  @Test
  void pureNoiseIsWhereEulerBeginsAndAlmostWhereTheSolverDoes() {
    assertThat(new FlowEuler(20, 3).sigmas()[0]).isEqualTo(1);
    assertThat(new FlowDpmSolver(20, 3).sigmas()[0]).isBetween(0.999, 0.9999);
  }

  @ParameterizedTest
  @MethodSource("steps")
  void noiseLevelsAndTimesFall(int steps) {
    for (double shift : new double[] {1, 3, 6}) {
      Vectors.flows(steps, shift)
          .forEach(
              sampler -> {
                double[] sigmas = Vectors.sigmas(sampler);
                assertThat(sigmas).hasSize(steps + 1).doesNotContain(Double.NaN).endsWith(0);
                assertStrictlyFalling(sigmas);
                assertThat(sampler.times()).hasSize(steps);
                assertStrictlyFalling(sampler.times());
                assertThat(sampler.times()[0]).isBetween(900.0, 1000.0);
              });
    }
  }

  private static void assertStrictlyFalling(double[] values) {
    for (int i = 1; i < values.length; i++) {
      assertThat(values[i]).as("%s at %s", Arrays.toString(values), i).isLessThan(values[i - 1]);
    }
  }

  @Test
  void aLargerShiftSpendsMoreStepsOnNoise() {
    for (int i = 1; i < 20; i++) {
      assertThat(new FlowDpmSolver(20, 4).sigmas()[i])
          .isGreaterThan(new FlowDpmSolver(20, 2).sigmas()[i]);
      assertThat(new FlowEuler(20, 4).sigmas()[i]).isGreaterThan(new FlowEuler(20, 2).sigmas()[i]);
    }
  }

  @Test
  void theSolverAsksAtWholeNumbersAndEulerDoesNot() {
    assertThat(new FlowDpmSolver(20, 3).times())
        .containsExactly(
            999, 982, 963, 944, 922, 899, 874, 847, 817, 785, 749, 710, 666, 617, 562, 499, 428,
            345, 249, 136); // floor(1000 sigma) of the public schedule of 20 steps with shift 3
    assertThat(new FlowEuler(20, 3).times()[1] % 1).isNotZero();
  }

  @Test
  void oneThousandStepsAreFinite() {
    Vectors.flows(1000, 3)
        .forEach(
            sampler ->
                TensorScope.compute(
                    () -> {
                      Tensor start = Vectors.random(1);
                      Tensor result =
                          sampler.sample((x, t) -> x.mul(0.1), start, NO_NOISE, PATIENT);
                      assertThat(result.abs().sum().item()).isFinite();
                      return null;
                    }));
  }

  /**
   * Returns the error of a sampler on data of one Gaussian with standard deviation s. Its velocity
   * is x (sigma - (1 - sigma) s^2) / variance, and its flow scales noise by the ratio of the
   * deviations, so the exact result is known.
   */
  private static double error(Sampler sampler) {
    double[] sigmas = Vectors.sigmas(sampler);
    double deviation = 0.4;
    int[] asked = new int[1];
    Denoiser denoiser =
        (latents, time) -> {
          double sigma = sigmas[asked[0]++];
          double slope = sigma - (1 - sigma) * deviation * deviation;
          return latents.mul(slope / variance(sigma, deviation));
        };
    return TensorScope.<Double>compute(
        () -> {
          Tensor start = Vectors.random(1);
          Tensor exact = start.mul(deviation / Math.sqrt(variance(sigmas[0], deviation)));
          Tensor end = sampler.sample(denoiser, start, NO_NOISE, PATIENT);
          return Math.sqrt(end.sub(exact).pow(2).sum().item());
        });
  }

  private static double variance(double sigma, double deviation) {
    return (1 - sigma) * (1 - sigma) * deviation * deviation + sigma * sigma;
  }

  @Test
  void theSecondOrderIsMoreExactThanTheFirst() {
    for (int steps : new int[] {20, 40, 100}) {
      assertThat(error(new FlowDpmSolver(steps, 3, 2)))
          .isLessThan(error(new FlowDpmSolver(steps, 3, 1)) / 2);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void moreStepsComeNearerToTheExactEnd(Function<Integer, Sampler> kind) {
    assertThat(error(kind.apply(40))).isLessThan(0.6 * error(kind.apply(20)));
    assertThat(error(kind.apply(200))).isCloseTo(0, within(0.05));
  }

  @Test
  void theFirstAndTheLastStepAreOfFirstOrder() {
    TensorScope.run(
        () -> {
          FlowDpmSolver second = new FlowDpmSolver(3, 3, 2);
          FlowDpmSolver first = new FlowDpmSolver(3, 3, 1);
          Tensor x = Vectors.random(1);
          Tensor v = Vectors.random(2);
          Tensor previous = Vectors.random(3);
          assertThat(second.step(0, x, v, null, NO_NOISE).latents())
              .isCloseTo(first.step(0, x, v, null, NO_NOISE).latents(), 0);
          assertThat(second.step(1, x, v, previous, NO_NOISE).latents())
              .differsFrom(first.step(1, x, v, previous, NO_NOISE).latents(), 0.01);
          Sampler.State last = second.step(2, x, v, previous, NO_NOISE);
          assertThat(last.latents()).isCloseTo(last.denoised(), 1e-6);
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 1001, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void stepsOutOfRangeAreRefused(int steps) {
    kinds()
        .forEach(
            kind ->
                assertThatIllegalArgumentException()
                    .isThrownBy(() -> kind.apply(steps))
                    .withMessage("steps %s is not between 1 and 1000", steps));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -3, Double.NaN, Double.POSITIVE_INFINITY})
  void aShiftThatIsNotPositiveIsRefused(double shift) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FlowEuler(20, shift))
        .withMessage("flow shift %s is not positive and at most 1000.0", shift);
    assertThatIllegalArgumentException().isThrownBy(() -> new FlowDpmSolver(20, shift));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void anUnknownOrderIsRefused(int order) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FlowDpmSolver(20, 3, order))
        .withMessage("solver order %s is not 1 or 2", order);
  }
}
