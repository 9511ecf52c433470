package dev.sana4j.weights;

import dev.sana4j.tensor.Tensor;
import java.util.Set;

/** Where the tensors of a network come from: a checkpoint, or a random initialisation. */
public interface WeightSource {

  /**
   * Whether it can give a tensor of this name.
   *
   * @param name full path
   * @return true if {@link #tensor} will answer
   */
  boolean contains(String name);

  /**
   * One tensor, in whatever dtype it is stored.
   *
   * @param name full path
   * @param shape what the reader expects; a source may ignore it
   * @return a tensor owned by the current scope
   */
  Tensor tensor(String name, long... shape);

  /**
   * The names it holds, so that what nobody read can be reported.
   *
   * @return full paths; empty if it gives whatever is asked for
   */
  Set<String> names();

  /**
   * What to call it in a message.
   *
   * @return for example a file name
   */
  String description();
}
