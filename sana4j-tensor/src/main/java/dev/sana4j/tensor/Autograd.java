package dev.sana4j.tensor;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Reverse-mode derivatives. They are returned, never stored in the tensors they belong to, so that
 * the caller owns them and none is left over from an earlier step.
 */
@CheckReturnValue
public final class Autograd {
  private Autograd() {}

  /**
   * A second handle on the same elements that gradients can be asked for: a leaf of a new graph.
   *
   * @param value floating point
   * @return a tensor that shares memory with the value
   */
  public static Tensor leaf(Tensor value) {
    return value.unary("leaf", t -> t.detach().set_requires_grad(true));
  }

  /**
   * Whether what is computed from a tensor is recorded for gradients.
   *
   * @param tensor any
   * @return true for a leaf and for what was made from one
   */
  public static boolean isRecorded(Tensor tensor) {
    return tensor.handle().requires_grad();
  }

  /**
   * The gradients of a scalar.
   *
   * @param loss one element
   * @param inputs leaves, or tensors on the way from them to the loss
   * @return one gradient an input, zeros where the loss does not depend on it; owned by the current
   *     scope
   */
  public static List<Tensor> gradients(Tensor loss, List<Tensor> inputs) {
    return gradients(List.of(loss), List.of(), inputs);
  }

  /**
   * The gradients of a scalar whose own gradients with respect to some outputs are known: the
   * vector-Jacobian product.
   *
   * @param outputs made from the inputs
   * @param outputGradients one an output, of its shape; none if the only output is a scalar
   * @param inputs leaves, or tensors on the way from them to the outputs
   * @return one gradient an input, zeros where no output depends on it; owned by the current scope
   */
  public static List<Tensor> gradients(
      List<Tensor> outputs, List<Tensor> outputGradients, List<Tensor> inputs) {
    List<Tensor> gradients = new ArrayList<>();
    try (TensorVector ys = vector(outputs);
        TensorVector weights = vector(outputGradients);
        TensorVector xs = vector(inputs);
        BoolOptional keepGraph = new BoolOptional(false);
        TensorVector found = torch.grad(ys, xs, weights, keepGraph, false, true)) {
      for (int i = 0; i < inputs.size(); i++) {
        gradients.add(gradient(found.get(i), inputs.get(i)));
      }
      return gradients;
    } catch (RuntimeException e) {
      throw TensorException.translate("gradients", e, outputs.toArray(Tensor[]::new));
    }
  }

  /** Elements of a native vector are not owned: take a handle of our own. */
  private static Tensor gradient(org.bytedeco.pytorch.Tensor found, Tensor input) {
    return TensorHandle.call(
        "gradient",
        () ->
            found.defined()
                ? new org.bytedeco.pytorch.Tensor(found)
                : torch.zeros_like(input.handle()));
  }

  static TensorVector vector(List<Tensor> tensors) {
    return new TensorVector(
        tensors.stream().map(Tensor::handle).toArray(org.bytedeco.pytorch.Tensor[]::new));
  }
}
