package dev.sana4j.weights;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;

/**
 * A random initialisation: the same code that reads a checkpoint builds a fresh network from it.
 *
 * <p>Matrices and kernels are normal with variance 1 / fan-in (LeCun et al., "Efficient BackProp",
 * section 4.6), vectors named {@code weight} are ones, and all other vectors are zeros.
 */
public final class RandomWeights implements FreshSource {
  private final Generator generator;

  /**
   * Weights drawn in the order they are asked for.
   *
   * @param seed of the generator
   */
  public RandomWeights(long seed) {
    generator = new Generator(seed);
  }

  @Override
  public Tensor tensor(String name, long... shape) {
    if (shape.length < 2) {
      double value = name.endsWith("weight") ? 1 : 0;
      return Tensors.full(value, DType.FLOAT32, Device.CPU, shape);
    }
    long fanIn = 1;
    for (int i = 1; i < shape.length; i++) {
      fanIn *= shape[i];
    }
    double deviation = 1 / Math.sqrt((double) fanIn);
    return TensorScope.tidy(() -> generator.normal(shape).mul(deviation));
  }

  @Override
  public boolean contains(String name) {
    return true;
  }

  @Override
  public void close() {
    generator.close();
  }
}
