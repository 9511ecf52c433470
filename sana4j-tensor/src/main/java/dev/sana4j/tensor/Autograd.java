package dev.sana4j.tensor;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Reverse-mode differentiation. Gradients are returned and never stored in tensors, so the caller
 * owns them and none remain from an earlier step.
 */
@CheckReturnValue
public final class Autograd {
  private Autograd() {}

  /**
   * Returns a second handle on the same elements that starts a new graph. Gradients with respect to
   * it can be computed.
   *
   * @param value a floating point tensor
   * @return a tensor that shares memory with the value
   */
  public static Tensor leaf(Tensor value) {
    return value.unary("leaf", t -> t.detach().set_requires_grad(true));
  }

  /**
   * Starts or stops recording computations on a tensor for gradients.
   *
   * @param parameter a leaf, which is a tensor that was not computed from a recorded one
   * @param recorded whether gradients with respect to it will be needed
   */
  public static void record(Tensor parameter, boolean recorded) {
    parameter.handle().set_requires_grad(recorded);
  }

  /**
   * Returns whether computations on a tensor are recorded for gradients.
   *
   * @param tensor any tensor
   * @return true for a recorded leaf and for tensors computed from one
   */
  public static boolean isRecorded(Tensor tensor) {
    return tensor.handle().requires_grad();
  }

  /**
   * Returns whether a result may be changed in place, provided the caller has the only handle on
   * it. It may if no backward or forward derivative depends on it.
   *
   * @param result any tensor
   * @return true outside training
   */
  public static boolean mayOverwrite(Tensor result) {
    return !isRecorded(result) && !ForwardMode.isRunning();
  }

  /**
   * Computes the gradients of a scalar.
   *
   * @param loss a tensor with one element
   * @param inputs leaves, or tensors between the leaves and the loss
   * @return one gradient per input, zeros if the loss does not depend on it; owned by the current
   *     scope
   */
  public static List<Tensor> gradients(Tensor loss, List<Tensor> inputs) {
    return gradients(List.of(loss), List.of(), inputs);
  }

  /**
   * Computes the vector-Jacobian product: the outputs' gradients, propagated back to the inputs.
   *
   * @param outputs tensors computed from the inputs
   * @param outputGradients one per output, with its shape; empty if the only output is a scalar
   * @param inputs leaves, or tensors between the leaves and the outputs
   * @return one gradient per input, zeros if no output depends on it; owned by the current scope
   */
  public static List<Tensor> gradients(
      List<Tensor> outputs, List<Tensor> outputGradients, List<Tensor> inputs) {
    Map<Tensor, Tensor> found = dependent(outputs, outputGradients, inputs);
    return inputs.stream().map(input -> orZeros(found.get(input), input)).toList();
  }

  private static Tensor orZeros(@Nullable Tensor gradient, Tensor input) {
    return gradient == null ? input.unary("zeros", torch::zeros_like) : gradient;
  }

  /**
   * Computes the vector-Jacobian product only for inputs that the outputs depend on.
   *
   * @param outputs tensors computed from some of the inputs
   * @param outputGradients one per output, with its shape; empty if the only output is a scalar
   * @param inputs leaves, or tensors between the leaves and the outputs
   * @return gradients by input, without inputs that no output depends on; owned by the current
   *     scope
   */
  public static Map<Tensor, Tensor> dependent(
      List<Tensor> outputs, List<Tensor> outputGradients, List<Tensor> inputs) {
    Map<Tensor, Tensor> gradients = new LinkedHashMap<>();
    try (TensorVector ys = vector(outputs);
        TensorVector weights = vector(outputGradients);
        TensorVector xs = vector(inputs);
        BoolOptional keepGraph = new BoolOptional(false);
        TensorVector found = torch.grad(ys, xs, weights, keepGraph, false, true)) {
      for (int i = 0; i < inputs.size(); i++) {
        org.bytedeco.pytorch.Tensor each = found.get(i); // not owned by us, so take another handle
        if (each.defined()) {
          gradients.put(
              inputs.get(i),
              TensorHandle.call("gradient", () -> new org.bytedeco.pytorch.Tensor(each)));
        }
      }
      return gradients;
    } catch (RuntimeException e) {
      throw TensorException.translate("gradients", e, outputs.toArray(Tensor[]::new));
    }
  }

  static TensorVector vector(List<Tensor> tensors) {
    return new TensorVector(
        tensors.stream().map(Tensor::handle).toArray(org.bytedeco.pytorch.Tensor[]::new));
  }
}
