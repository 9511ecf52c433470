package dev.sana4j.diffusion;

import static dev.sana4j.diffusion.Vectors.NO_NOISE;
import static dev.sana4j.diffusion.Vectors.PATIENT;
import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sampling that starts from an image instead of noise. */
class ImageStartTest {

  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.3, 0.5, 0.75, 0.99, 1})
  void aFlowBeginsAtTheNoiseLevelNearestToTheStrength(double strength) {
    Vectors.flows(20, 3)
        .forEach(
            sampler -> {
              double[] sigmas = Vectors.sigmas(sampler);
              double begins = Math.abs(sigmas[sampler.firstStep(strength)] - strength);
              for (int i = 0; i < 20; i++) {
                assertThat(begins).isLessThanOrEqualTo(Math.abs(sigmas[i] - strength));
              }
            });
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 0", "2, 0.6, 0", "2, 0.5, 1", "4, 0.8, 0", "4, 0.5, 2", "4, 1e-20, 3"})
  void aConsistencySamplerLeavesWholeStepsOut(int steps, double strength, int begin) {
    assertThat(ConsistencySampler.ofSteps(steps, 0.5).firstStep(strength)).isEqualTo(begin);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 6, 7})
  void aFlowFollowedFromAnyStepGivesItsImage(int index) {
    Vectors.flows(7, 3)
        .forEach(
            sampler ->
                TensorScope.compute(
                    () -> {
                      Tensor image = Vectors.random(1);
                      Tensor noise = Vectors.random(2);
                      var start =
                          new Sampler.Start(
                              index, sampler.noised(index, image, noise), LatentEdit.NONE);
                      Tensor velocity = noise.sub(image);
                      assertThat(
                              sampler.sample((x, t) -> velocity.mul(1), start, NO_NOISE, PATIENT))
                          .isCloseTo(image, 1e-5);
                      return null;
                    }));
  }

  @Test
  void anImageAtAnAngleIsTheMixOfTheImageAndNoise() {
    TensorScope.run(
        () -> {
          Tensor image = Vectors.random(1);
          Tensor noise = Vectors.random(2);
          Sampler sampler = new ConsistencySampler(new double[] {1.5, 0.7, 0}, 0.5);
          assertThat(sampler.noised(1, image, noise))
              .isCloseTo(image.mul(0.5 * Math.cos(0.7)).add(noise.mul(0.5 * Math.sin(0.7))), 1e-6);
          assertThat(sampler.noised(2, image, noise)).isCloseTo(image.mul(0.5), 1e-6);
        });
  }

  @Test
  void latentsAreEditedAfterEveryStepThatIsTaken() {
    TensorScope.run(
        () -> {
          List<Integer> edited = new ArrayList<>();
          List<Integer> heard = new ArrayList<>();
          LatentEdit edit =
              (next, latents) -> {
                edited.add(next);
                return latents.mul(0).add(next);
              };
          Tensor end =
              new FlowEuler(5, 3)
                  .sample(
                      (x, t) -> x.mul(0.1),
                      new Sampler.Start(2, Vectors.random(1), edit),
                      NO_NOISE,
                      step -> {
                        heard.add(step.index());
                        return step.count() == 3;
                      });
          assertThat(edited).containsExactly(3, 4, 5);
          assertThat(heard).containsExactly(0, 1, 2);
          assertThat(end).isCloseTo(end.mul(0).add(5), 0);
        });
  }

  @Test
  void theFirstStepTakenIsOfFirstOrder() {
    TensorScope.run(
        () -> {
          Sampler sampler = new FlowDpmSolver(6, 3);
          Tensor latents = Vectors.random(1);
          Denoiser denoiser = (x, t) -> x.mul(0.3);
          List<float[]> first = new ArrayList<>();
          float[] end =
              sampler
                  .sample(
                      denoiser,
                      new Sampler.Start(3, latents, LatentEdit.NONE),
                      NO_NOISE,
                      step -> first.add(step.latents().toFloats()))
                  .toFloats();
          float[] alone =
              sampler.step(3, latents, latents.mul(0.3), null, NO_NOISE).latents().toFloats();
          assertThat(first.get(0)).containsExactly(alone);
          assertThat(first.get(2)).containsExactly(end);
        });
  }
}
