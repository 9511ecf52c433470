package dev.sana4j.train.optim;

import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.train.TrainingException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tensors of a checkpoint by name. */
public final class SavedTensors {
  private SavedTensors() {}

  /**
   * Returns the tensors whose name begins with a prefix.
   *
   * @param tensors by name
   * @param prefix of the names
   * @return the same tensors, by their names without the prefix
   */
  public static Map<String, Tensor> part(Map<String, Tensor> tensors, String prefix) {
    Map<String, Tensor> part = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            part.put(name.substring(prefix.length()), tensor);
          }
        });
    return part;
  }

  /**
   * Copies values into tensors of the same names and shapes.
   *
   * @param from values by name
   * @param to tensors that are overwritten
   * @throws TrainingException if a name is missing or a shape differs
   */
  public static void copy(Map<String, Tensor> from, Map<String, Tensor> to) {
    Libtorch.noGrad(
        () ->
            TensorScope.compute(
                () -> {
                  to.forEach((name, target) -> copy(name, require(from, name), target));
                  return null;
                }));
  }

  private static void copy(String name, Tensor source, Tensor target) {
    if (!Arrays.equals(source.shape(), target.shape())) {
      throw new TrainingException(
          "the checkpoint's "
              + name
              + " is "
              + source
              + ", this training has "
              + target
              + "; it was written with another config");
    }
    target.copy_(source);
  }

  /**
   * Returns a required tensor.
   *
   * @param tensors by name
   * @param name which
   * @return the tensor
   * @throws TrainingException if it is missing
   */
  public static Tensor require(Map<String, Tensor> tensors, String name) {
    Tensor found = tensors.get(name);
    if (found == null) {
      throw new TrainingException(
          "the checkpoint has no " + name + "; it was written with another config");
    }
    return found;
  }
}
