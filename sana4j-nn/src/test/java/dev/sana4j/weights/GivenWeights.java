package dev.sana4j.weights;

import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Weights that a test defines. */
public final class GivenWeights implements WeightSource {
  private final Map<String, Supplier<Tensor>> given = new LinkedHashMap<>();

  /** A float32 tensor. */
  public GivenWeights with(String name, float[] values, long... shape) {
    return with(name, () -> Tensors.of(values, shape));
  }

  /** Any tensor, created again for each request. */
  public GivenWeights with(String name, Supplier<Tensor> tensor) {
    given.put(name, tensor);
    return this;
  }

  @Override
  public boolean contains(String name) {
    return given.containsKey(name);
  }

  @Override
  public Tensor tensor(String name, long... shape) {
    Supplier<Tensor> tensor = given.get(name);
    if (tensor == null) {
      throw new AssertionError("requested " + name + ", which does not exist");
    }
    return tensor.get();
  }

  @Override
  public Set<String> names() {
    return given.keySet();
  }

  @Override
  public String description() {
    return "given";
  }
}
