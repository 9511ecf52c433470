package dev.sana4j.objective;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.objective.TrigFlowModel.Condition;
import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdversarialObjectiveTest {
  private ToyNetworks networks;

  @BeforeEach
  void make() {
    networks = new ToyNetworks();
  }

  @AfterEach
  void free() {
    networks.close();
  }

  @Test
  void aStepAlongTheNegativeGradientRaisesTheLogitsOfTheFakes() {
    TensorScope.run(
        () -> {
          Tensor angles = ToyNetworks.numbers(0.3, 0.7, 1.1);
          Condition discriminatorCondition =
              ToyNetworks.condition(ToyNetworks.text(5), angles, null);
          Tensor noise = ToyNetworks.latents(6);
          Tensor fake = Autograd.leaf(ToyNetworks.latents(7));
          AdversarialObjective objective = networks.adversarial();

          AdversarialObjective.Loss loss =
              objective.generatorLoss(fake, noise, discriminatorCondition);
          double before = loss.logits().mean().item();
          assertThat(loss.mean().item()).isCloseTo(-before, within(1e-6));
          assertThat(loss.total().item()).isCloseTo(-0.3 * before, within(1e-6));
          Tensor gradient = Autograd.gradients(loss.total(), List.of(fake)).get(0);
          Tensor moved = fake.sub(gradient.div(gradient.norm()).mul(1e-3));

          assertThat(objective.logits(moved, noise, discriminatorCondition).mean().item())
              .isGreaterThan(before);
        });
  }

  @Test
  void latentsBesideOtherCaptionsAreMovedByOne() {
    TensorScope.run(
        () -> {
          Tensor latents = Tensors.of(new float[] {1, 2, 3}, 3, 1, 1, 1);
          assertThat(AdversarialObjective.mismatched(latents)).isCloseTo(new float[] {2, 3, 1}, 0);
        });
  }
}
