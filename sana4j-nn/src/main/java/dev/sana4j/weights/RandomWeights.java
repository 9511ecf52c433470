package dev.sana4j.weights;

import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;

/**
 * A random initialization by {@link Distribution#byFanIn}. The code that reads a checkpoint builds
 * a fresh network from it.
 */
public final class RandomWeights implements FreshSource {
  private final Generator generator;

  /**
   * Creates weights that are drawn in the order in which they are read.
   *
   * @param seed seed of the generator
   */
  public RandomWeights(long seed) {
    generator = new Generator(seed);
  }

  @Override
  public Tensor tensor(String name, long... shape) {
    return Distribution.byFanIn(name, shape).draw(generator, shape);
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
