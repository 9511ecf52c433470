package dev.sana4j.weights;

import java.util.Set;

/** A random initialisation: it gives whatever is asked for. */
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
    return "a random initialisation";
  }

  @Override
  void close();
}
