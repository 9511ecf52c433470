package dev.sana4j.objective;

import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A loss, and what it changes by with each parameter.
 *
 * @param loss a scalar
 * @param gradients one for each parameter, of its shape
 */
public record LossAndGradients(Tensor loss, List<Tensor> gradients) {

  /**
   * Differentiates a loss.
   *
   * @param loss a scalar, computed from the leaves
   * @param leaves parameters
   * @return the loss and its gradients, owned by the current scope
   */
  public static LossAndGradients of(Tensor loss, List<Tensor> leaves) {
    return new LossAndGradients(loss.alias(), Autograd.gradients(loss, leaves));
  }

  /**
   * Reads what {@link #tensors} gave.
   *
   * @param tensors the loss, then the gradients
   * @return the same
   */
  public static LossAndGradients ofTensors(List<Tensor> tensors) {
    return new LossAndGradients(tensors.get(0), tensors.subList(1, tensors.size()));
  }

  /**
   * Adds another loss of the same parameters.
   *
   * @param other loss and gradients
   * @return the sums, owned by the current scope
   */
  public LossAndGradients plus(LossAndGradients other) {
    List<Tensor> sums = new ArrayList<>();
    for (int i = 0; i < gradients.size(); i++) {
      sums.add(gradients.get(i).add(other.gradients.get(i)));
    }
    return new LossAndGradients(loss.add(other.loss), sums);
  }

  /**
   * Both in one list.
   *
   * @return the loss, then the gradients
   */
  public List<Tensor> tensors() {
    List<Tensor> all = new ArrayList<>(List.of(loss));
    all.addAll(gradients);
    return all;
  }
}
