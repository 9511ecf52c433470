package dev.sana4j.train.optim;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.train.TrainingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Optimizer state: named float32 tensors that are kept between steps, saved and restored. */
final class Moments implements AutoCloseable {
  private static final int SHOWN_PROBLEMS = 10;

  private final String owner;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  /**
   * Creates an empty set.
   *
   * @param owner name of the owner, for messages
   */
  Moments(String owner) {
    this.owner = owner;
  }

  /** Adds zeros. */
  Tensor zeros(String name, Device device, long... shape) {
    return add(name, TensorScope.tidy(() -> Tensors.zeros(DType.FLOAT32, device, shape)));
  }

  /** Adds a tensor and owns it. */
  Tensor add(String name, Tensor tensor) {
    if (tensors.putIfAbsent(name, tensor.keep()) != null) {
      tensor.close();
      throw new TrainingException(owner + ": the name " + name + " is used twice");
    }
    return tensor;
  }

  Map<String, Tensor> all() {
    return Collections.unmodifiableMap(tensors);
  }

  /** Copies all values; copies nothing if a name or a shape does not fit. */
  void restore(Map<String, Tensor> saved) {
    Set<String> unexpected = new TreeSet<>(saved.keySet());
    unexpected.removeAll(tensors.keySet());
    List<String> problems = new ArrayList<>();
    tensors.forEach(
        (name, tensor) -> {
          Tensor found = saved.get(name);
          if (found == null) {
            problems.add("missing " + name);
          } else if (!Arrays.equals(found.shape(), tensor.shape())
              || found.dtype() != DType.FLOAT32) {
            problems.add(name + " is " + found + ", expected " + tensor);
          }
        });
    unexpected.forEach(name -> problems.add("unexpected " + name));
    if (!problems.isEmpty()) {
      throw new TrainingException(
          "the saved state does not fit the "
              + owner
              + ": "
              + problems.stream().limit(SHOWN_PROBLEMS).collect(Collectors.joining("; "))
              + (problems.size() > SHOWN_PROBLEMS ? "; and more" : ""));
    }
    saved.forEach((name, tensor) -> tensors.computeIfPresent(name, (key, t) -> t.copy_(tensor)));
  }

  @Override
  public void close() {
    tensors.values().forEach(Tensor::close);
  }
}
