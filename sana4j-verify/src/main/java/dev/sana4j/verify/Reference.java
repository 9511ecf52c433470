package dev.sana4j.verify;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.Checkpoint;
import java.nio.file.Path;
import java.util.Set;

/** One file of reference tensors, and what is measured against it. */
final class Reference implements AutoCloseable {
  private final Checkpoint tensors;
  private final Machine machine;
  private final Results results;

  /**
   * What the networks run on.
   *
   * @param dtype dtype of the networks
   * @param device where they live
   * @param bounds largest errors that pass
   */
  record Machine(DType dtype, Device device, Bounds bounds) {}

  Reference(Path file, Machine machine, Results results) {
    this.machine = machine;
    this.results = results;
    this.tensors = Checkpoint.open(file);
  }

  boolean has(String tensor) {
    return tensors.contains(tensor);
  }

  Set<String> names() {
    return tensors.names();
  }

  /** As stored, on the processor; owned by the current scope. */
  Tensor stored(String tensor) {
    return tensors.tensor(tensor);
  }

  /** In the dtype and on the device of the networks; owned by the current scope. */
  Tensor input(String tensor) {
    return stored(tensor).to(machine.device()).to(machine.dtype());
  }

  /** On the device, in the dtype it is stored in; owned by the current scope. */
  Tensor exactInput(String tensor) {
    return stored(tensor).to(machine.device());
  }

  void compare(String tensor, Tensor ours, double bound) {
    compare(tensor, tensor, ours, bound);
  }

  /** With a name of its own, where a tensor is computed in several ways. */
  void compare(String tensor, String name, Tensor ours, double bound) {
    double error;
    try (Tensor reference = stored(tensor)) {
      error = ReferenceComparison.relativeError(ours, reference);
    }
    results.add(name, error, bound);
  }

  /** With the error in units of another size than the tensor's own. */
  void compareTo(double size, String tensor, Tensor ours, double bound) {
    double error =
        TensorScope.<Double>compute(
            () -> ours.to(Device.CPU).sub(stored(tensor)).norm().item() / size);
    results.add(tensor, error, bound);
  }

  /** Something that should not be there. */
  void fail(String what) {
    results.add(what, Double.POSITIVE_INFINITY, 0);
  }

  void compareImage(String tensor, Tensor ours, double bound) {
    double error;
    try (Tensor reference = stored(tensor)) {
      error = ReferenceComparison.shareOffByMoreThanOne(ours, reference);
    }
    results.add(tensor, error, bound);
  }

  @Override
  public void close() {
    tensors.close();
  }
}
