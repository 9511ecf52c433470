package dev.sana4j.objective;

import dev.sana4j.diffusion.ClassifierFreeGuidance;
import dev.sana4j.nn.Linear;
import dev.sana4j.objective.TrigFlowModel.Condition;
import dev.sana4j.tensor.ForwardMode.Derivative;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorGroup;
import dev.sana4j.tensor.TensorScope;
import java.util.List;
import java.util.Objects;

/**
 * The consistency loss of a student (sCM, arXiv 2410.11081, algorithm 1; arXiv 2503.09641, section
 * 3.2).
 *
 * @param teacher network whose guided velocity the student follows
 * @param student network that is trained
 * @param logVarianceMap layer from an embedding (B, width) to the log-variance (B, 1)
 * @param settings settings of the loss
 */
public record ConsistencyObjective(
    TrigFlowModel teacher, TrigFlowModel student, Linear logVarianceMap, Settings settings) {

  /**
   * Settings of the loss.
   *
   * @param sigmaData standard deviation of data and noise
   * @param tangentNorm c of {@link Consistency#normalized}
   * @param weight weight of the loss
   * @param perElement whether the weight is divided by the elements of an image. {@link
   *     LogVariance#FROM_EXPECTED} needs this: its loss is that many times as steep as with a
   *     log-variance of 0, with which the public script begins
   * @param logVariance source of the log-variance
   */
  public record Settings(
      double sigmaData,
      double tangentNorm,
      double weight,
      boolean perElement,
      LogVariance logVariance) {}

  /**
   * Target of the student's field, with the values it was computed from.
   *
   * @param velocity dx/dt of the teacher, guided
   * @param along the change of the latents along which the derivative is taken
   * @param speed the change of the angles along which the derivative is taken
   * @param field F of the student
   * @param change the derivative of F
   * @param tangent g
   * @param normalized g, normalized
   */
  public record Target(
      Tensor velocity,
      Tensor along,
      Tensor speed,
      Tensor field,
      Tensor change,
      Tensor tangent,
      Tensor normalized)
      implements TensorGroup {
    @Override
    public List<Tensor> tensors() {
      return List.of(velocity, along, speed, field, change, tangent, normalized);
    }
  }

  /**
   * Loss of the student.
   *
   * @param total the weighted loss, to be differentiated
   * @param mean the loss before weighting
   * @param logVariance (B), u
   */
  public record Loss(Tensor total, Tensor mean, Tensor logVariance) {}

  /**
   * Computes the target, without gradients.
   *
   * @param state x at the angle, (B, C, H, W)
   * @param condition condition of the student, with its guidance scales
   * @param text condition of the teacher at the same angles, without guidance
   * @param empty as {@code text}, with the empty caption
   * @param warmUp weight of the derivative, 0 to 1
   * @return the target, owned by the current scope
   */
  public Target target(
      Tensor state, Condition condition, Condition text, Condition empty, double warmUp) {
    return TensorScope.tidy(
        () -> Libtorch.noGrad(() -> computed(state, condition, text, empty, warmUp)));
  }

  private Target computed(
      Tensor state, Condition condition, Condition text, Condition empty, double warmUp) {
    double sigma = settings.sigmaData();
    Tensor angles = condition.angles();
    Tensor latents = state.div(sigma);
    Tensor scale = Consistency.wide(Objects.requireNonNull(condition.guidance(), "guidance"));
    Tensor velocity =
        ClassifierFreeGuidance.away(
                teacher.field(latents, empty), teacher.field(latents, text), scale)
            .mul(sigma);
    Tensor speed = Consistency.speed(angles);
    Tensor along = velocity.div(sigma).mul(Consistency.wide(speed));
    Derivative derivative = student.derivative(latents, condition, along, speed);
    Tensor tangent =
        new Consistency.Path(
                state, angles, velocity, derivative.value(), derivative.tangent(), sigma, warmUp)
            .tangent();
    return new Target(
        velocity,
        along,
        speed,
        derivative.value(),
        derivative.tangent(),
        tangent,
        Consistency.normalized(tangent, settings.tangentNorm()));
  }

  /**
   * Returns the loss of the student's field.
   *
   * @param field F at the state of the target, differentiable
   * @param target result of {@link #target}
   * @param condition condition of the student
   * @return the loss, owned by the current scope
   */
  public Loss loss(Tensor field, Target target, Condition condition) {
    long elements = field.elements() / field.size(0);
    Tensor usual =
        settings
            .logVariance()
            .of(student, logVarianceMap, condition, elements, settings.sigmaData());
    Tensor mean =
        Consistency.loss(
            field,
            target.field(),
            target.normalized(),
            condition.angles(),
            usual,
            settings.sigmaData());
    double weight = settings.perElement() ? settings.weight() / elements : settings.weight();
    return new Loss(mean.mul(weight), mean, usual);
  }
}
