package dev.sana4j.weights;

import java.util.Set;

/** A random initialization, which provides a tensor for every name. */
public interface FreshSource extends WeightSource, AutoCloseable {

  @Override
  default boolean contains(String name) {
    return true;
  }

  @Override
  default Set<String> names() {
    return Set.of();
  }

  @Override
  default String description() {
    return "a random initialization";
  }

  @Override
  void close();
}
