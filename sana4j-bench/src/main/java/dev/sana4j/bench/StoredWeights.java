package dev.sana4j.bench;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.WeightSource;
import java.util.Set;

/**
 * Weights as a checkpoint of some dtype holds them: a network that keeps the stored precision then
 * computes as it does on the public checkpoints.
 *
 * @param source gives the values
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
