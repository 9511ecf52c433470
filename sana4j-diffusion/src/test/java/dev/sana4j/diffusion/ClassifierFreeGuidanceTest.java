package dev.sana4j.diffusion;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class ClassifierFreeGuidanceTest {

  /** Returns tanh(x) + 1 for the negative prompts and cos(x) for the prompts. */
  private static Tensor doubled(Tensor latents, double time) {
    List<Tensor> halves = latents.chunk(2, 0);
    assertThat(halves.get(1)).isCloseTo(halves.get(0), 0);
    return Tensors.cat(List.of(halves.get(0).tanh().add(1), halves.get(1).cos()), 0);
  }

  private static Tensor guided(Tensor latents, double scale) {
    return ClassifierFreeGuidance.of(ClassifierFreeGuidanceTest::doubled, scale)
        .predict(latents, 0.5);
  }

  @Test
  void scaleOneFollowsThePromptOnly() {
    TensorScope.run(
        () -> {
          Tensor latents = Vectors.random(1);
          assertThat(guided(latents, 1)).isCloseTo(latents.cos(), 1e-6);
        });
  }

  @Test
  void scaleZeroFollowsTheNegativePromptOnly() {
    TensorScope.run(
        () -> {
          Tensor latents = Vectors.random(1);
          assertThat(guided(latents, 0)).isCloseTo(latents.tanh().add(1), 0);
        });
  }

  @Test
  void aLargerScaleGoesOnInTheSameDirection() {
    TensorScope.run(
        () -> {
          Tensor latents = Vectors.random(1);
          Tensor conditional = guided(latents, 1);
          Tensor direction = conditional.sub(guided(latents, 0));
          assertThat(guided(latents, 4.5)).isCloseTo(conditional.add(direction.mul(3.5)), 1e-5);
        });
  }

  @Test
  void aDenoiserThatIgnoresItsPromptIsNotChanged() {
    TensorScope.run(
        () -> {
          Tensor latents = Vectors.random(1);
          Denoiser guided = ClassifierFreeGuidance.of((x, t) -> x.mul(t), 7);
          assertThat(guided.predict(latents, 0.5)).isCloseTo(latents.mul(0.5), 0);
        });
  }

  private static Tensor rescaled(Tensor latents, double scale, double rescale) {
    return ClassifierFreeGuidance.rescaled(ClassifierFreeGuidanceTest::doubled, scale, rescale)
        .predict(latents, 500);
  }

  /** Returns the standard deviation of each image's estimate of the clean latents, x - t v. */
  private static float[] deviations(Tensor latents, Tensor velocity) {
    Tensor values = latents.sub(velocity.mul(0.5)).flatten(1, 3);
    Tensor centred = values.sub(values.mean(1, true));
    return centred.pow(2).mean(1, false).sqrt().toFloats();
  }

  @Test
  void rescalingByNothingIsPlainGuidance() {
    TensorScope.run(
        () -> {
          Tensor latents = Vectors.random(1);
          assertThat(rescaled(latents, 4.5, 0)).isCloseTo(guided(latents, 4.5), 0);
        });
  }

  @Test
  void rescalingWithoutGuidanceFollowsThePromptOnly() {
    TensorScope.run(
        () -> {
          Tensor latents = Vectors.random(1);
          assertThat(rescaled(latents, 1, 0.7)).isCloseTo(latents.cos(), 1e-5);
        });
  }

  @Test
  void rescaledWhollyEveryEstimateHasTheDeviationOfItsOwnWithoutGuidance() {
    TensorScope.run(
        () -> {
          Tensor latents = Vectors.random(1);
          float[] plain = deviations(latents, latents.cos());
          float[] exaggerated = deviations(latents, guided(latents, 7));
          float[] rescaled = deviations(latents, rescaled(latents, 7, 1));
          for (int i = 0; i < plain.length; i++) {
            Assertions.assertThat(exaggerated[i]).isNotCloseTo(plain[i], within(0.1f));
            Assertions.assertThat(rescaled[i]).isCloseTo(plain[i], within(1e-5f));
          }
        });
  }

  @Test
  void rescalingHalfwayIsHalfwayBetween() {
    TensorScope.run(
        () -> {
          Tensor latents = Vectors.random(1);
          Tensor middle = rescaled(latents, 7, 0).add(rescaled(latents, 7, 1)).mul(0.5);
          assertThat(rescaled(latents, 7, 0.5)).isCloseTo(middle, 1e-4);
        });
  }

  @Test
  void anEstimateWithoutContrastStaysFinite() {
    TensorScope.run(
        () -> {
          Tensor latents = Vectors.random(1);
          Denoiser toNothing = (x, t) -> x.mul(1000 / t);
          Denoiser rescaled = ClassifierFreeGuidance.rescaled(toNothing, 7, 1);
          assertThat(rescaled.predict(latents, 500)).isCloseTo(latents.mul(2), 1e-4);
        });
  }
}
