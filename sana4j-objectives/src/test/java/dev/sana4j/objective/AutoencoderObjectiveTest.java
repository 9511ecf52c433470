package dev.sana4j.objective;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.objective.AutoencoderObjective.Loss;
import dev.sana4j.objective.AutoencoderObjective.Weights;
import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.RandomWeights;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Each of these mutations made a test fail here or in {@link HingeLossTest}: the sign of either
 * hinge, of the generator's loss and its weight, of the mean absolute error, of the dissimilarity,
 * of the noise; the discriminator's loss not halved; image and reconstruction exchanged for the
 * discriminator; a gradient from its loss to the autoencoder; a discriminator that is used too
 * early; two weights exchanged; the mean not subtracted in the deviation of the latent; the
 * deviation differentiated.
 */
class AutoencoderObjectiveTest {
  private static final Weights WEIGHTS = new Weights(0.5, 0, 0.1);

  private Discriminator discriminator;

  @BeforeEach
  void make() {
    try (RandomWeights random = new RandomWeights(3)) {
      discriminator =
          dev.sana4j.weights.Weights.load(
              random, DType.FLOAT32, Device.CPU, weights -> new Discriminator(weights, 4, 2));
    }
  }

  @AfterEach
  void free() {
    discriminator.close();
  }

  /** (1, 3, 8, 8). */
  private static Tensor image(long seed) {
    return ToyNetworks.normal(seed, 1, 3, 8, 8).mul(0.3);
  }

  private static Tensor constant(double value) {
    return Tensors.full(value, DType.FLOAT32, Device.CPU, 1, 3, 11, 11);
  }

  private static double figure(Loss loss, String name) {
    return Objects.requireNonNull(loss.figures().get(name), name).item();
  }

  private double meanLogit(Tensor images) {
    return discriminator.apply(images).mean().item();
  }

  @Test
  void theTermsAreThoseByHand() {
    TensorScope.run(
        () -> {
          Tensor image = Tensors.zeros(DType.FLOAT32, Device.CPU, 1, 3, 2, 2);
          Tensor reconstruction =
              Tensors.of(new float[] {0.1f, 0.3f, 0.2f, 0.6f}, 1, 1, 2, 2).expand(1, 3, 2, 2);
          Loss loss = new AutoencoderObjective(WEIGHTS, null).loss(reconstruction, image, true);
          assertThat(loss.figures().keySet()).containsExactly("l1", "gradient");
          assertThat(figure(loss, "l1")).isCloseTo(0.3, within(1e-6));
          // down 0.1 and 0.3, across 0.2 and 0.4: half of 0.2 + 0.3
          assertThat(figure(loss, "gradient")).isCloseTo(0.25, within(1e-6));
          assertThat(loss.total().item()).isCloseTo(0.55, within(1e-6));
        });
  }

  @Test
  void theDissimilarityOfConstantImagesIsTheOneByHand() {
    TensorScope.run(
        () -> {
          var objective = new AutoencoderObjective(new Weights(0, 2, 0), null);
          Loss loss = objective.loss(constant(0.5), constant(0.1), false);
          double term = 2 * (1 - (2 * 0.5 * 0.1 + 0.0004) / (0.25 + 0.01 + 0.0004));
          assertThat(figure(loss, "ssim")).isCloseTo(term, within(1e-3));
          assertThat(loss.total().item()).isCloseTo(0.4 + term, within(1e-3));
        });
  }

  @Test
  void theAdversarialTermIsTheWeightedMeanLogitWithMinus() {
    TensorScope.run(
        () -> {
          var objective = new AutoencoderObjective(WEIGHTS, discriminator);
          Loss opposed = objective.loss(image(1), image(2), true);
          Loss alone = objective.loss(image(1), image(2), false);
          double wanted = -0.1 * meanLogit(image(1));
          assertThat(figure(opposed, "adversarial")).isCloseTo(wanted, within(1e-6));
          assertThat(opposed.total().item()).isCloseTo(alone.total().item() + wanted, within(1e-5));
          assertThat(alone.figures()).doesNotContainKey("adversarial");
        });
  }

  @Test
  void aStepAlongTheNegativeGradientRaisesTheLogitsOfTheReconstruction() {
    TensorScope.run(
        () -> {
          Tensor reconstruction = Autograd.leaf(image(1));
          var objective = new AutoencoderObjective(new Weights(0, 0, 1000), discriminator);
          Tensor loss = objective.loss(reconstruction, image(2), true).total();
          Tensor gradient = Autograd.gradients(loss, List.of(reconstruction)).get(0);
          Tensor moved = reconstruction.sub(gradient.div(gradient.norm()).mul(1e-2));
          assertThat(meanLogit(moved)).isGreaterThan(meanLogit(image(1)));
        });
  }

  @Test
  void theDiscriminatorTakesImagesForRealAndReconstructionsForFake() {
    TensorScope.run(
        () -> {
          Tensor reconstruction = Autograd.leaf(image(1));
          var objective = new AutoencoderObjective(WEIGHTS, discriminator);
          Tensor loss = objective.discriminatorLoss(image(2).mul(5), reconstruction);
          Tensor real = discriminator.apply(image(2).mul(5));
          Tensor fake = discriminator.apply(image(1));
          double byHand = HingeLoss.discriminator(real, fake).item();
          assertThat(loss.item()).isCloseTo(byHand, within(1e-6));
          double exchanged = HingeLoss.discriminator(fake, real).item();
          assertThat(Math.abs(exchanged - byHand)).isGreaterThan(1e-3);
          assertThat(Autograd.isRecorded(loss)).isFalse(); // nothing reaches the autoencoder
        });
  }

  @Test
  void withoutADiscriminatorThereIsNoLossOfOne() {
    TensorScope.run(
        () ->
            assertThatThrownBy(
                    () ->
                        new AutoencoderObjective(WEIGHTS, null)
                            .discriminatorLoss(image(1), image(2)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no discriminator"));
  }

  @Test
  void noiseIsInUnitsOfTheDeviationOfEachLatent() {
    TensorScope.run(
        () -> {
          Tensor latent = Autograd.leaf(Tensors.of(new float[] {1, 3, 4, 4}, 2, 1, 1, 2));
          Tensor noise = Tensors.of(new float[] {1, -2, 1, 1}, 2, 1, 1, 2);
          Tensor noisy = AutoencoderObjective.noisy(latent, noise, 0.5);
          assertThat(noisy.alias()).isCloseTo(new float[] {1.5f, 2, 4, 4}, 1e-6);
          Tensor gradient = Autograd.gradients(noisy.sum(), List.of(latent)).get(0);
          assertThat(gradient).isCloseTo(new float[] {1, 1, 1, 1}, 0);
        });
  }
}
