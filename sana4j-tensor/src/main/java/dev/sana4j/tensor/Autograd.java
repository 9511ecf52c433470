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
   * Begins or ends the recording of what is computed from a tensor.
   *
   * @param parameter a leaf: not itself computed from a recorded tensor
   * @param recorded whether gradients shall be asked for
   */
  public static void record(Tensor parameter, boolean recorded) {
    parameter.handle().set_requires_grad(recorded);
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
   * Whether a result that nothing else holds may be changed in place: no derivative, backward or
   * forward, goes through it.
   *
   * @param result any
   * @return true outside trainings
   */
  public static boolean mayOverwrite(Tensor result) {
    return !isRecorded(result) && !ForwardMode.isRunning();
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
   * Outputs' gradients carried back to the inputs: the vector-Jacobian product.
   *
   * @param outputs made from the inputs
   * @param outputGradients one an output, of its shape; none if the only output is a scalar
   * @param inputs leaves, or tensors on the way from them to the outputs
   * @return one gradient an input, zeros where no output depends on it; owned by the current scope
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
   * The same without the zeros.
   *
   * @param outputs made from some of the inputs
   * @param outputGradients one an output, of its shape; none if the only output is a scalar
   * @param inputs leaves, or tensors on the way from them to the outputs
   * @return gradients by input, of those inputs an output depends on; owned by the current scope
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
        org.bytedeco.pytorch.Tensor each = found.get(i); // not owned: take a handle of our own
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
