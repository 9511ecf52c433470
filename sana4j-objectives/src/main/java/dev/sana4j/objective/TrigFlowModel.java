package dev.sana4j.objective;

import dev.sana4j.diffusion.TrigFlow;
import dev.sana4j.sana.SanaInput;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.ForwardMode;
import dev.sana4j.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The TrigFlow field of a transformer with dense times, for latents in units of the standard
 * deviation of the data. It is differentiable. The caller closes the network.
 *
 * @param network a teacher, or a student that embeds the guidance scale
 */
public record TrigFlowModel(SanaTransformer network) {

  /**
   * Inputs of the network besides the latents.
   *
   * @param angles (B), from 0 to pi / 2
   * @param text (B, L, caption channels)
   * @param textMask (B, L)
   * @param guidance (B), the guidance scale; null for a network without that input
   */
  public record Condition(Tensor angles, Tensor text, Tensor textMask, @Nullable Tensor guidance) {

    Condition at(Tensor otherAngles) {
      return new Condition(otherAngles, text, textMask, guidance);
    }
  }

  /**
   * Returns the field.
   *
   * @param latents (B, C, H, W)
   * @param condition the other inputs
   * @return (B, C, H, W) in float32
   */
  public Tensor field(Tensor latents, Condition condition) {
    return TrigFlow.field(
        latents,
        condition.angles(),
        (scaled, times) -> network.apply(input(scaled, times, condition)).to(DType.FLOAT32));
  }

  /**
   * Returns the field and its derivative along a direction.
   *
   * @param latents (B, C, H, W)
   * @param condition the other inputs
   * @param latentsChange (B, C, H, W)
   * @param anglesChange (B)
   * @return both (B, C, H, W) in float32
   */
  public ForwardMode.Derivative derivative(
      Tensor latents, Condition condition, Tensor latentsChange, Tensor anglesChange) {
    return ForwardMode.along(
        new ForwardMode.Path(latents, latentsChange),
        new ForwardMode.Path(condition.angles(), anglesChange),
        (at, angles) -> field(at, condition.at(angles)));
  }

  /**
   * Returns the arguments of the network for latents.
   *
   * @param latents (B, C, H, W)
   * @param condition the other inputs
   * @return the arguments, in the dtype of the network
   */
  public SanaInput networkInput(Tensor latents, Condition condition) {
    Tensor times = TrigFlow.flowTimes(condition.angles());
    return input(TrigFlow.flowLatents(latents, times), times, condition);
  }

  private SanaInput input(Tensor latents, Tensor times, Condition condition) {
    DType dtype = network.dtype();
    return new SanaInput(
        latents.to(dtype),
        condition.text().to(dtype),
        condition.textMask(),
        times,
        guidance(condition.guidance()),
        null);
  }

  /**
   * Returns the embedded time of the flow, from which the log-variance is learned.
   *
   * @param condition angles and guidance
   * @return (B, width)
   */
  public Tensor embeddedTime(Condition condition) {
    return network.embeddedTime(
        TrigFlow.flowTimes(condition.angles()), guidance(condition.guidance()));
  }

  /** Returns the embedded angle, from which the public training script learns its log-variance. */
  Tensor embeddedAngle(Condition condition) {
    return network.embeddedTime(condition.angles(), guidance(condition.guidance()));
  }

  /**
   * Returns a loss of the field and its gradients.
   *
   * @param latents (B, C, H, W)
   * @param condition the other inputs
   * @param loss maps the field (B, C, H, W), float32, to a scalar
   * @param leaves parameters
   * @param recomputed whether to keep the activations of only one block at a time
   * @return the loss and its gradients, owned by the current scope
   */
  public LossAndGradients lossAndGradients(
      Tensor latents,
      Condition condition,
      UnaryOperator<Tensor> loss,
      List<Tensor> leaves,
      boolean recomputed) {
    SanaInput input = networkInput(latents, condition);
    UnaryOperator<Tensor> lossOfVelocity =
        velocity ->
            loss.apply(TrigFlow.field(latents, condition.angles(), velocity.to(DType.FLOAT32)));
    return LossAndGradients.of(network, input, lossOfVelocity, leaves, recomputed);
  }

  private @Nullable Tensor guidance(@Nullable Tensor scale) {
    return scale == null ? null : scale.mul(network.config().guidanceScale());
  }
}
