package dev.sana4j.diffusion;

import static dev.sana4j.diffusion.Vectors.NO_NOISE;
import static dev.sana4j.diffusion.Vectors.PATIENT;
import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsistencySamplerTest {
  private static final double SIGMA_DATA = 0.5;

  /** Returns the field that points from any latents to one image: (cos(t) x - image) / sin(t). */
  private static Denoiser fieldTowards(Tensor image) {
    return (latents, angle) ->
        latents.mul(Math.cos(angle)).sub(image.mul(SIGMA_DATA)).div(Math.sin(angle));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 20})
  void anExactFieldGivesTheImageInAnyNumberOfSteps(int steps) {
    TensorScope.run(
        () -> {
          Tensor image = Vectors.random(1);
          Tensor result =
              ConsistencySampler.ofSteps(steps, SIGMA_DATA)
                  .sample(fieldTowards(image), Vectors.random(2), () -> Vectors.random(3), PATIENT);
          assertThat(result).isCloseTo(image, 1e-5);
        });
  }

  @Test
  void aJumpInvertsTheMixOfImageAndNoise() {
    TensorScope.run(
        () -> {
          double angle = 1.1;
          Tensor image = Vectors.random(1).mul(SIGMA_DATA);
          Tensor noise = Vectors.random(2).mul(SIGMA_DATA);
          Tensor mix = image.mul(Math.cos(angle)).add(noise.mul(Math.sin(angle)));
          Tensor derivative = noise.mul(Math.cos(angle)).sub(image.mul(Math.sin(angle)));
          Sampler sampler = new ConsistencySampler(new double[] {angle, 0}, SIGMA_DATA);
          assertThat(sampler.step(0, mix, derivative, null, NO_NOISE).latents())
              .isCloseTo(image, 1e-6);
        });
  }

  @Test
  void betweenTwoJumpsFreshNoiseOfTheDataScaleIsAdded() {
    TensorScope.run(
        () -> {
          Sampler sampler = new ConsistencySampler(new double[] {1.5, 0.7, 0}, SIGMA_DATA);
          Tensor fresh = Vectors.random(3);
          Sampler.State state =
              sampler.step(0, Vectors.random(1), Vectors.random(2), null, () -> fresh);
          assertThat(state.latents())
              .isCloseTo(
                  state.denoised().mul(Math.cos(0.7)).add(fresh.mul(SIGMA_DATA * Math.sin(0.7))),
                  1e-6);
        });
  }

  @Test
  void noiseIsDrawnOnceBetweenStepsAndNotAfterTheLast() {
    TensorScope.run(
        () -> {
          int[] drawn = new int[1];
          NoiseSource counting =
              () -> {
                drawn[0]++;
                return Vectors.random(3);
              };
          Tensor result =
              ConsistencySampler.ofSteps(4, SIGMA_DATA)
                  .sample((x, t) -> x.mul(1), Vectors.random(1), counting, PATIENT);
          assertThat(result).hasShape(Vectors.SHAPE);
          assertThat(drawn[0]).isEqualTo(3);
        });
  }

  @Test
  void theDefaultTimesAreThoseOfThePublicModels() {
    assertThat(ConsistencySampler.ofSteps(1, 0.5).times()).containsExactly((float) 1.5708);
    assertThat(ConsistencySampler.ofSteps(2, 0.5).times())
        .containsExactly((float) 1.5708, (float) 1.3);
    assertThat(ConsistencySampler.ofSteps(4, 0.5).times())
        .containsExactly(
            (float) 1.5708, (float) (1.5708 * 0.75), (float) (1.5708 * 0.5), (float) (1.5708 / 4));
  }

  static List<double[]> unusableTimes() {
    return List.of(
        new double[] {},
        new double[] {0},
        new double[] {1.5708, 1.3},
        new double[] {1.5708, 0.1, -0.1},
        new double[] {1.5708, 1.3, 1.3, 0},
        new double[] {1.3, 1.5, 0},
        new double[] {1.58, 0},
        new double[] {Double.POSITIVE_INFINITY, 0},
        new double[] {Double.NaN, 0},
        new double[] {1.5, Double.NaN, 0},
        new double[] {1.5, Double.NaN},
        new double[1002]);
  }

  @ParameterizedTest
  @MethodSource("unusableTimes")
  void timesThatDoNotFallToZeroAreRefused(double[] times) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ConsistencySampler(times, 0.5))
        .withMessageStartingWith("the consistency sampler needs ");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.5, Double.NaN, Double.POSITIVE_INFINITY})
  void aDeviationOfTheDataThatIsNotPositiveIsRefused(double sigmaData) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConsistencySampler.ofSteps(2, sigmaData))
        .withMessageContaining("sigma_data");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 1001})
  void stepsOutOfRangeAreRefused(int steps) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConsistencySampler.ofSteps(steps, 0.5))
        .withMessage("steps %s is not between 1 and 1000", steps);
  }

  @Test
  void theTimesAreSafeFromTheirCaller() {
    double[] given = {1.5, 1, 0};
    ConsistencySampler sampler = new ConsistencySampler(given, 0.5);
    given[1] = 9;
    sampler.times()[0] = 9;

    assertThat(sampler.times()).containsExactly(1.5, 1);
  }

  static Stream<Double> angles() {
    return Stream.of(0.0, 0.1, Math.PI / 4, 1.1, 1.3, 1.5708);
  }

  @ParameterizedTest
  @MethodSource("angles")
  void aWrappedStraightFlowPointsToItsImage(double angle) {
    TensorScope.run(
        () -> {
          Tensor image = Vectors.random(1);
          Tensor noise = Vectors.random(2);
          Denoiser straight = (x, t) -> noise.sub(image);
          Tensor latents =
              image.mul(Math.cos(angle)).add(noise.mul(Math.sin(angle))).mul(SIGMA_DATA);
          Tensor field = TrigFlow.of(straight, SIGMA_DATA).predict(latents, angle);
          assertThat(latents.mul(Math.cos(angle)).sub(field.mul(Math.sin(angle))))
              .isCloseTo(image.mul(SIGMA_DATA), 2e-6);
        });
  }

  @ParameterizedTest
  @MethodSource("angles")
  void aWrappedFlowSeesItsOwnMixAtItsOwnTime(double angle) {
    TensorScope.run(
        () -> {
          Tensor image = Vectors.random(1);
          Tensor noise = Vectors.random(2);
          Denoiser flow =
              (x, t) -> {
                assertThat(t).isBetween(0.0, 1.00001);
                assertThat(x).isCloseTo(image.mul(1 - t).add(noise.mul(t)), 1e-5);
                return x.mul(1);
              };
          Tensor latents =
              image.mul(Math.cos(angle)).add(noise.mul(Math.sin(angle))).mul(SIGMA_DATA);
          assertThat(TrigFlow.of(flow, SIGMA_DATA).predict(latents, angle)).hasShape(Vectors.SHAPE);
        });
  }

  @Test
  void aWrappedStraightFlowIsSampledToItsImageInOneStep() {
    TensorScope.run(
        () -> {
          Tensor image = Vectors.random(1);
          Tensor noise = Vectors.random(2);
          Denoiser field = TrigFlow.of((x, t) -> noise.sub(image), SIGMA_DATA);
          assertThat(
                  ConsistencySampler.ofSteps(1, SIGMA_DATA).sample(field, noise, NO_NOISE, PATIENT))
              .isCloseTo(image, 1e-4);
        });
  }
}
