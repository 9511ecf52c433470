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
 * @param teacher whose guided velocity is the target
 * @param student to train
 * @param logVarianceMap from an embedding (B, width) to the logarithm of the typical error (B, 1)
 * @param settings numbers
 */
public record ConsistencyObjective(
    TrigFlowModel teacher, TrigFlowModel student, Linear logVarianceMap, Settings settings) {

  /**
   * Numbers of the objective.
   *
   * @param sigmaData the deviation of data and noise
   * @param tangentNorm c of {@link Consistency#normalized}
   * @param weight of the loss
   * @param perElement whether the weight is divided by the elements of an image, as it must be with
   *     {@link LogVariance#FROM_EXPECTED}, whose loss is steeper by that factor than with a
    *     log-variance of 0, at which the public script begins
   * @param logVariance source of the typical error
   */
  public record Settings(
      double sigmaData,
      double tangentNorm,
      double weight,
      boolean perElement,
      LogVariance logVariance) {}

  /**
   * The target change of the student's field.
   *
   * @param velocity dx/dt of the teacher, guided
   * @param along the direction of latents in which the field is derived
   * @param speed that of the angles
   * @param field F of the student
   * @param change its derivative
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
   * A loss with its parts.
   *
   * @param total weighted, to be differentiated
   * @param mean before it is weighted
   * @param logVariance (B)
   */
  public record Loss(Tensor total, Tensor mean, Tensor logVariance) {}

  /**
   * Computes the target, which is not differentiated later.
   *
   * @param state x at the angle, (B, C, H, W)
   * @param condition of the student, with its guidance scales
   * @param text of the teacher, at the same angles, without guidance
   * @param empty the same with the empty caption
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
   * The loss of the student's field.
   *
   * @param field F at the state of the target, differentiable
   * @param target of {@link #target}
   * @param condition of the student
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
