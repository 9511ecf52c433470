package dev.sana4j.objective;

import dev.sana4j.objective.TrigFlowModel.Condition;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import java.util.List;

/**
 * The adversarial losses of a student and of its discriminator (LADD, arXiv 2403.12015; arXiv
 * 2503.09641, section 3.3). The caller runs the power iteration, see {@link
 * LatentDiscriminator#refresh}.
 *
 * @param teacher network whose features the discriminator reads
 * @param discriminator returns logits, high for real latents
 * @param sigmaData standard deviation of data and noise
 * @param weight weight of the student's loss
 */
public record AdversarialObjective(
    TrigFlowModel teacher, LatentDiscriminator discriminator, double sigmaData, double weight) {

  /**
   * Loss of the student.
   *
   * @param total the weighted loss, to be differentiated
   * @param mean the loss before weighting
   * @param logits logits of the fakes
   */
  public record Loss(Tensor total, Tensor mean, Tensor logits) {}

  /**
   * Returns the clean latents that a student predicts.
   *
   * @param state noisy latents (B, C, H, W)
   * @param field field of the student at these latents
   * @param angles (B)
   * @return (B, C, H, W)
   */
  public Tensor fake(Tensor state, Tensor field, Tensor angles) {
    return Consistency.clean(state, field, angles, sigmaData);
  }

  /**
   * Adds noise to clean latents and returns their logits.
   *
   * @param clean (B, C, H, W)
   * @param noise of the same shape, with the standard deviation of the data
   * @param condition condition of the teacher: angles, which set the amount of noise, and the text;
   *     no guidance
   * @return (B, heads * T)
   */
  public Tensor logits(Tensor clean, Tensor noise, Condition condition) {
    Tensor state = Consistency.noisy(clean, noise, condition.angles());
    return discriminator.apply(teacher.networkInput(state.div(sigmaData), condition));
  }

  /**
   * Returns the student's loss, which falls as the logits of its latents rise.
   *
   * @param fake result of {@link #fake}, differentiable
   * @param noise as for {@link #logits}
   * @param condition as for {@link #logits}
   * @return the loss, owned by the current scope
   */
  public Loss generatorLoss(Tensor fake, Tensor noise, Condition condition) {
    Tensor logits = logits(fake, noise, condition);
    Tensor mean = HingeLoss.generator(logits);
    return new Loss(mean.mul(weight), mean, logits);
  }

  /**
   * Pairs real latents with the captions of other images; the discriminator treats them as fakes.
   *
   * @param latents (B, C, H, W), B at least 2
   * @return the same latents, each moved forward by one place; the first becomes the last
   */
  public static Tensor mismatched(Tensor latents) {
    Tensor rest = latents.narrow(0, 1, latents.size(0) - 1);
    return Tensors.cat(List.of(rest, latents.narrow(0, 0, 1)), 0);
  }
}
