package dev.sana4j.objective;

import dev.sana4j.sana.SanaInput;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A loss and its gradients.
 *
 * @param loss a scalar
 * @param gradients one for each parameter, of its shape
 */
public record LossAndGradients(Tensor loss, List<Tensor> gradients) implements TensorGroup {

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
   * Differentiates a loss of a transformer's prediction.
   *
   * @param network the transformer
   * @param input its arguments
   * @param loss of the prediction, a scalar
   * @param leaves parameters
   * @param recomputed whether activations of one block at a time are kept, see {@link
   *     Recomputation}
   * @return the loss and its gradients, owned by the current scope
   */
  public static LossAndGradients of(
      SanaTransformer network,
      SanaInput input,
      UnaryOperator<Tensor> loss,
      List<Tensor> leaves,
      boolean recomputed) {
    return recomputed
        ? Recomputation.transformer(network, input, loss, leaves)
        : of(loss.apply(network.apply(input)), leaves);
  }

  /**
   * Puts a list of tensors into a record.
   *
   * @param tensors in the order of {@link #tensors}
   * @return the loss and its gradients
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
   * Changes the loss and every gradient in the same way.
   *
   * @param change from a tensor to one of its shape
   * @return the results
   */
  public LossAndGradients map(UnaryOperator<Tensor> change) {
    return new LossAndGradients(change.apply(loss), gradients.stream().map(change).toList());
  }

  /**
   * Both in one list.
   *
   * @return the loss, then the gradients
   */
  @Override
  public List<Tensor> tensors() {
    List<Tensor> all = new ArrayList<>(List.of(loss));
    all.addAll(gradients);
    return all;
  }
}
