package dev.sana4j.verify;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.Checkpoint;
import java.nio.file.Path;
import java.util.Set;

/** One file of reference tensors, and comparisons with it. */
final class Reference implements AutoCloseable {
  private final Checkpoint tensors;
  private final Machine machine;
  private final Results results;

  /**
   * The machine under test.
   *
   * @param dtype dtype of the networks
   * @param device device of the networks
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

  /** Returns a tensor as stored, on the CPU; owned by the current scope. */
  Tensor stored(String tensor) {
    return tensors.tensor(tensor);
  }

  /**
   * Returns a tensor in the dtype and on the device of the networks; owned by the current scope.
   */
  Tensor input(String tensor) {
    return stored(tensor).to(machine.device()).to(machine.dtype());
  }

  /** Returns a tensor on the device in its stored dtype; owned by the current scope. */
  Tensor exactInput(String tensor) {
    return stored(tensor).to(machine.device());
  }

  void compare(String tensor, Tensor ours, double bound) {
    compare(tensor, tensor, ours, bound);
  }

  /** Compares under a separate name, for tensors that are computed in several ways. */
  void compare(String tensor, String name, Tensor ours, double bound) {
    double error;
    try (Tensor reference = stored(tensor)) {
      error = ReferenceComparison.relativeError(ours, reference);
    }
    results.add(name, error, bound);
  }

  /** Compares with the error relative to a given size instead of the tensor's norm. */
  void compareTo(double size, String tensor, Tensor ours, double bound) {
    double error =
        TensorScope.<Double>compute(
            () -> ours.to(Device.CPU).sub(stored(tensor)).norm().item() / size);
    results.add(tensor, error, bound);
  }

  /** Adds a failed result. */
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
