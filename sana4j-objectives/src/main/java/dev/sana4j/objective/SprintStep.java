package dev.sana4j.objective;

import dev.sana4j.objective.TrigFlowModel.Condition;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorGroup;
import dev.sana4j.tensor.Tensors;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The losses of one step of distillation to SANA-Sprint, each at its own state, noise and angles.
 * The consistency loss and the adversarial loss use separate states; the public training script
 * computes both at the same one.
 *
 * @param consistency consistency loss of the student
 * @param adversarial adversarial losses of the student and of the discriminator, or null for none
 * @param recomputed whether to keep the activations of only one block at a time
 */
public record SprintStep(
    ConsistencyObjective consistency,
    @Nullable AdversarialObjective adversarial,
    boolean recomputed) {

  /**
   * Captions as the text encoder returned them.
   *
   * @param states (B, L, caption channels)
   * @param mask (B, L)
   */
  public record Text(Tensor states, Tensor mask) {}

  /**
   * Data of a step.
   *
   * @param latents (B, C, H, W), with the standard deviation of the data
   * @param noise of the same shape and standard deviation, for the consistency loss
   * @param text captions of the images
   * @param empty the empty caption, repeated for every image
   */
  public record Batch(Tensor latents, Tensor noise, Text text, Text empty) {}

  /**
   * Random values of a step.
   *
   * @param angles (B), for the consistency loss
   * @param guidance (B), guidance scales
   * @param fakeAngles (B), from which the student makes fakes
   * @param discriminatorAngles (B), amount of noise in the discriminator's inputs
   * @param fakeNoise (B, C, H, W), from which the student makes fakes
   * @param discriminatorNoise (B, C, H, W), added to fakes
   * @param realNoise (B, C, H, W), added to real latents
   */
  public record Draws(
      Tensor angles,
      Tensor guidance,
      Tensor fakeAngles,
      Tensor discriminatorAngles,
      Tensor fakeNoise,
      Tensor discriminatorNoise,
      Tensor realNoise)
      implements TensorGroup {
    @Override
    public List<Tensor> tensors() {
      return List.of(
          angles,
          guidance,
          fakeAngles,
          discriminatorAngles,
          fakeNoise,
          discriminatorNoise,
          realNoise);
    }
  }

  /**
   * A loss as a metric, and with its gradients.
   *
   * @param figure the loss before weighting
   * @param learned the weighted loss with its gradients
   */
  public record Result(double figure, LossAndGradients learned) implements TensorGroup {
    @Override
    public List<Tensor> tensors() {
      return learned.tensors();
    }
  }

  /**
   * Computes the student's consistency loss.
   *
   * @param batch data of the step
   * @param draws random values of the step
   * @param warmUp weight of the derivative, 0 to 1
   * @param leaves parameters of the student and of the log-variance layer
   * @return loss and gradients, owned by the current scope
   */
  public Result consistency(Batch batch, Draws draws, double warmUp, List<Tensor> leaves) {
    Tensor angles = draws.angles();
    Tensor state = Consistency.noisy(batch.latents(), batch.noise(), angles);
    Condition condition = condition(batch.text(), angles, draws.guidance());
    ConsistencyObjective.Target target =
        consistency.target(
            state,
            condition,
            condition(batch.text(), angles, null),
            condition(batch.empty(), angles, null),
            warmUp);
    return student(
        state.div(consistency.settings().sigmaData()),
        condition,
        (field, figure) -> {
          ConsistencyObjective.Loss loss = consistency.loss(field, target, condition);
          figure.accept(loss.mean());
          return loss.total();
        },
        leaves);
  }

  /**
   * Computes the student's adversarial loss.
   *
   * @param batch data of the step
   * @param draws random values of the step
   * @param leaves parameters of the student; other leaves get zero gradients
   * @return loss and gradients, owned by the current scope
   */
  public Result adversarial(Batch batch, Draws draws, List<Tensor> leaves) {
    AdversarialObjective objective = objective();
    Tensor angles = draws.fakeAngles();
    Tensor state = Consistency.noisy(batch.latents(), draws.fakeNoise(), angles);
    Condition discriminatorCondition = condition(batch.text(), draws.discriminatorAngles(), null);
    return student(
        state.div(objective.sigmaData()),
        condition(batch.text(), angles, draws.guidance()),
        (field, figure) -> {
          Tensor fake = objective.fake(state, field, angles);
          AdversarialObjective.Loss loss =
              objective.generatorLoss(fake, draws.discriminatorNoise(), discriminatorCondition);
          figure.accept(loss.mean());
          return loss.total();
        },
        leaves);
  }

  /**
   * Computes the discriminator's loss; no gradient flows into the student.
   *
   * @param batch data of the step
   * @param draws random values of the step
   * @param mismatched whether real latents with the captions of other images also count as fakes;
   *     ignored for a batch of one
   * @param leaves parameters of the discriminator
   * @return loss and gradients, owned by the current scope
   */
  public LossAndGradients discriminator(
      Batch batch, Draws draws, boolean mismatched, List<Tensor> leaves) {
    AdversarialObjective objective = objective();
    Condition discriminatorCondition = condition(batch.text(), draws.discriminatorAngles(), null);
    Tensor fake = Libtorch.noGrad(() -> fake(batch, draws));
    Tensor real = objective.logits(batch.latents(), draws.realNoise(), discriminatorCondition);
    Tensor fakes = objective.logits(fake, draws.discriminatorNoise(), discriminatorCondition);
    if (mismatched && batch.latents().size(0) > 1) {
      Tensor others = AdversarialObjective.mismatched(batch.latents());
      fakes =
          Tensors.cat(
              List.of(fakes, objective.logits(others, draws.realNoise(), discriminatorCondition)),
              0);
    }
    return LossAndGradients.of(HingeLoss.discriminator(real, fakes), leaves);
  }

  /** Computes a loss to differentiate, and hands over the one to show. */
  private interface ShownLoss {
    Tensor of(Tensor field, Consumer<Tensor> figure);
  }

  /**
   * Differentiates a loss of the student. The host reads the figure after the gradients have been
   * started, because on a GPU it waits for everything before.
   */
  private Result student(Tensor latents, Condition condition, ShownLoss loss, List<Tensor> leaves) {
    Tensor figure = Tensors.empty(DType.FLOAT32, latents.device());
    LossAndGradients learned =
        consistency
            .student()
            .lossAndGradients(
                latents,
                condition,
                field -> loss.of(field, shown -> figure.copy_(shown.alias())),
                leaves,
                recomputed);
    return new Result(figure.item(), learned);
  }

  private AdversarialObjective objective() {
    return Objects.requireNonNull(adversarial, "no adversarial objective was given");
  }

  private Tensor fake(Batch batch, Draws draws) {
    AdversarialObjective objective = objective();
    Tensor angles = draws.fakeAngles();
    Tensor state = Consistency.noisy(batch.latents(), draws.fakeNoise(), angles);
    Tensor field =
        consistency
            .student()
            .field(
                state.div(objective.sigmaData()),
                condition(batch.text(), angles, draws.guidance()));
    return objective.fake(state, field, angles);
  }

  private static Condition condition(Text text, Tensor angles, @Nullable Tensor guidance) {
    return new Condition(angles, text.states(), text.mask(), guidance);
  }
}
