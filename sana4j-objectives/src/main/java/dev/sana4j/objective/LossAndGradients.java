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
 * @param gradients one per parameter, of the same shape
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
   * @param input arguments of the transformer
   * @param loss maps the prediction to a scalar
   * @param leaves parameters
   * @param recomputed whether to keep the activations of only one block at a time, see {@link
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
   * Creates the record from a list of tensors.
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
   * Applies a function to the loss and to every gradient.
   *
   * @param change maps a tensor to one of the same shape
   * @return the results
   */
  public LossAndGradients map(UnaryOperator<Tensor> change) {
    return new LossAndGradients(change.apply(loss), gradients.stream().map(change).toList());
  }

  /**
   * Returns the loss and the gradients in one list.
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
