package dev.sana4j.objective;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.objective.SprintStep.Batch;
import dev.sana4j.objective.SprintStep.Draws;
import dev.sana4j.objective.SprintStep.Text;
import dev.sana4j.objective.TrigFlowModel.Condition;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Computes each loss a second time. All draws (noises, angles, captions and guidance scales)
 * differ, so exchanging two of them, or changing a sign, changes a value.
 */
class SprintStepTest {
  private static final double SIGMA = ToyNetworks.SIGMA;
  private static final double CLOSE = 1e-5;

  private ToyNetworks networks;

  @BeforeEach
  void make() {
    networks = new ToyNetworks();
  }

  @AfterEach
  void free() {
    networks.close();
  }

  private SprintStep step() {
    return new SprintStep(
        networks.consistency(LogVariance.FROM_EXPECTED), networks.adversarial(), false);
  }

  private static Batch batch() {
    return new Batch(
        ToyNetworks.latents(11),
        ToyNetworks.latents(12),
        ToyNetworks.text(13),
        ToyNetworks.text(14));
  }

  private static Draws draws() {
    return new Draws(
        ToyNetworks.numbers(0.2, 0.6, 1.2),
        ToyNetworks.numbers(1, 3, 4.5),
        ToyNetworks.numbers(0.4, 0.9, 1.4),
        ToyNetworks.numbers(0.3, 0.8, 1.1),
        ToyNetworks.latents(21),
        ToyNetworks.latents(22),
        ToyNetworks.latents(23));
  }

  private List<Tensor> studentLeaves() {
    return ToyNetworks.leaves(networks.student.network().parameters());
  }

  private static Tensor noisy(Tensor clean, Tensor noise, Tensor angles) {
    Tensor wide = angles.reshape(-1, 1, 1, 1);
    return clean.mul(wide.cos()).add(noise.mul(wide.sin()));
  }

  private Tensor fake(Batch batch, Draws draws) {
    Tensor state = noisy(batch.latents(), draws.fakeNoise(), draws.fakeAngles());
    Condition condition = ToyNetworks.condition(batch.text(), draws.fakeAngles(), draws.guidance());
    Tensor field = networks.student.field(state.div(SIGMA), condition);
    Tensor wide = draws.fakeAngles().reshape(-1, 1, 1, 1);
    return state.mul(wide.cos()).sub(field.mul(SIGMA).mul(wide.sin()));
  }

  private Tensor logits(Tensor clean, Tensor noise, Text text, Tensor angles) {
    Tensor state = noisy(clean, noise, angles);
    return networks.discriminator.apply(
        networks.teacher.networkInput(state.div(SIGMA), ToyNetworks.condition(text, angles, null)));
  }

  @Test
  void theAdversarialLossTakesItsOwnStateAndTheDiscriminatorsAngles() {
    TensorScope.run(
        () -> {
          Batch batch = batch();
          Draws draws = draws();
          Tensor expected =
              logits(
                      fake(batch, draws),
                      draws.discriminatorNoise(),
                      batch.text(),
                      draws.discriminatorAngles())
                  .mean()
                  .mul(-1);

          SprintStep.Result result = step().adversarial(batch, draws, studentLeaves());

          assertThat(result.figure()).isCloseTo(expected.item(), within(CLOSE));
          assertThat(result.learned().loss().item())
              .isCloseTo(0.3 * expected.item(), within(CLOSE));
          assertThat(norm(result.learned().gradients())).isPositive();
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theDiscriminatorSeesRealsAndFakesAtItsAngles(boolean mismatched) {
    TensorScope.run(
        () -> {
          Batch batch = batch();
          Draws draws = draws();
          Tensor angles = draws.discriminatorAngles();
          Tensor real = logits(batch.latents(), draws.realNoise(), batch.text(), angles);
          Tensor fakes =
              logits(fake(batch, draws), draws.discriminatorNoise(), batch.text(), angles);
          if (mismatched) {
            Tensor moved =
                Tensors.cat(
                    List.of(batch.latents().narrow(0, 1, 2), batch.latents().narrow(0, 0, 1)), 0);
            fakes =
                Tensors.cat(
                    List.of(fakes, logits(moved, draws.realNoise(), batch.text(), angles)), 0);
          }
          Tensor expected =
              Functional.relu(real.mul(-1).add(1))
                  .mean()
                  .add(Functional.relu(fakes.add(1)).mean())
                  .div(2);

          LossAndGradients found =
              step()
                  .discriminator(
                      batch,
                      draws,
                      mismatched,
                      ToyNetworks.leaves(networks.discriminator.trained()));

          assertThat(found.loss().item()).isCloseTo(expected.item(), within(CLOSE));
          assertThat(norm(found.gradients())).isPositive();
        });
  }

  @Test
  void noGradientReachesTheStudentFromTheDiscriminatorsStep() {
    TensorScope.run(
        () -> {
          LossAndGradients found = step().discriminator(batch(), draws(), false, studentLeaves());
          assertThat(norm(found.gradients())).isZero();
        });
  }

  @Test
  void theConsistencyLossFollowsTheGuidedTeacher() {
    TensorScope.run(
        () -> {
          Batch batch = batch();
          Draws draws = draws();
          ConsistencyObjective objective = networks.consistency(LogVariance.FROM_EXPECTED);
          Tensor state = noisy(batch.latents(), batch.noise(), draws.angles());
          Condition condition =
              ToyNetworks.condition(batch.text(), draws.angles(), draws.guidance());
          ConsistencyObjective.Target target =
              objective.target(
                  state,
                  condition,
                  ToyNetworks.condition(batch.text(), draws.angles(), null),
                  ToyNetworks.condition(batch.empty(), draws.angles(), null),
                  0.25);
          Tensor field = networks.student.field(state.div(SIGMA), condition);
          double expected = objective.loss(field, target, condition).mean().item();

          SprintStep.Result result = step().consistency(batch, draws, 0.25, studentLeaves());

          assertThat(result.figure()).isCloseTo(expected, within(CLOSE));
          assertThat(result.learned().loss().item())
              .isCloseTo(expected * 2 / 24, within(CLOSE)); // the weight, per value of an image
        });
  }

  @Test
  void activationsThatAreComputedAgainChangeNothing() {
    TensorScope.run(
        () -> {
          SprintStep kept = step();
          SprintStep recomputed = new SprintStep(kept.consistency(), kept.adversarial(), true);
          LossAndGradients first = kept.adversarial(batch(), draws(), studentLeaves()).learned();
          LossAndGradients second =
              recomputed.adversarial(batch(), draws(), studentLeaves()).learned();
          for (int i = 0; i < first.gradients().size(); i++) {
            assertThat(second.gradients().get(i)).isCloseTo(first.gradients().get(i), 1e-5);
          }
        });
  }

  private static double norm(List<Tensor> tensors) {
    return tensors.stream().mapToDouble(tensor -> tensor.norm().item()).sum();
  }
}
