package dev.sana4j.diffusion;

import static dev.sana4j.testkit.TensorAssert.assertThat;

import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassifierFreeGuidanceTest {

  /** Answers tanh(x) + 1 for the negative prompts and cos(x) for the prompts. */
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
    TensorScope.confine(
        () -> {
          Tensor latents = Vectors.random(1);
          assertThat(guided(latents, 1)).isCloseTo(latents.cos(), 1e-6);
          return null;
        });
  }

  @Test
  void scaleZeroFollowsTheNegativePromptOnly() {
    TensorScope.confine(
        () -> {
          Tensor latents = Vectors.random(1);
          assertThat(guided(latents, 0)).isCloseTo(latents.tanh().add(1), 0);
          return null;
        });
  }

  @Test
  void aLargerScaleGoesOnInTheSameDirection() {
    TensorScope.confine(
        () -> {
          Tensor latents = Vectors.random(1);
          Tensor conditional = guided(latents, 1);
          Tensor direction = conditional.sub(guided(latents, 0));
          assertThat(guided(latents, 4.5)).isCloseTo(conditional.add(direction.mul(3.5)), 1e-5);
          return null;
        });
  }

  @Test
  void aDenoiserThatIgnoresItsPromptIsNotChanged() {
    TensorScope.confine(
        () -> {
          Tensor latents = Vectors.random(1);
          Denoiser guided = ClassifierFreeGuidance.of((x, t) -> x.mul(t), 7);
          assertThat(guided.predict(latents, 0.5)).isCloseTo(latents.mul(0.5), 0);
          return null;
        });
  }
}
