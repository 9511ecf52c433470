package dev.sana4j.weights;

import dev.sana4j.tensor.Tensor;
import java.util.Set;

/** A source of a network's tensors: a checkpoint, or a random initialization. */
public interface WeightSource {

  /**
   * Returns whether the source has a tensor of this name.
   *
   * @param name the full name
   * @return true if {@link #tensor} returns it
   */
  boolean contains(String name);

  /**
   * Returns one tensor, in its stored dtype.
   *
   * @param name the full name
   * @param shape the shape that the reader expects; a source may ignore it
   * @return a tensor owned by the current scope
   */
  Tensor tensor(String name, long... shape);

  /**
   * Returns the names in the source, so that tensors that were not read can be reported.
   *
   * @return the full names; empty if the source provides a tensor for every name
   */
  Set<String> names();

  /**
   * Returns the name of the source for messages.
   *
   * @return for example a file name
   */
  String description();
}
