package dev.sana4j.bench;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.WeightSource;
import java.util.Set;

/**
 * Weights in the dtype of a checkpoint, so that a network that keeps the stored precision computes
 * as with the public checkpoints.
 *
 * @param source provides the values
 * @param dtype of the checkpoint
 */
record StoredWeights(WeightSource source, DType dtype) implements WeightSource {
  @Override
  public Tensor tensor(String name, long... shape) {
    return TensorScope.tidy(() -> source.tensor(name, shape).to(dtype));
  }

  @Override
  public boolean contains(String name) {
    return source.contains(name);
  }

  @Override
  public Set<String> names() {
    return source.names();
  }

  @Override
  public String description() {
    return source.description();
  }
}
