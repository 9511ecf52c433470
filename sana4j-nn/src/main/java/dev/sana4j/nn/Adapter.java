package dev.sana4j.nn;

import dev.sana4j.tensor.Tensor;

/**
 * What is attached to a {@link Linear} at run time: it sees what goes in and what comes out, and
 * says what comes out instead. A low-rank update changes the output; an observer returns it as it
 * is.
 */
@FunctionalInterface
public interface Adapter {

  /**
   * Adapts one application. Both arguments are freed by their owners: an observer copies what it
   * wants to have later.
   *
   * @param input (..., in), what the layer was applied to
   * @param output (..., out), what the layer and the adapters before this one made of it
   * @return (..., out), owned by the current scope, or the output itself
   */
  Tensor adapt(Tensor input, Tensor output);
}
