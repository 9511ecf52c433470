package dev.sana4j.nn;

import dev.sana4j.tensor.Tensor;

/**
 * A hook on an {@link AffineMap} that can be attached and detached. It receives the layer's input
 * and output and returns the output to use instead. A low-rank update changes the output; an
 * observer returns it unchanged.
 */
@FunctionalInterface
public interface Adapter {

  /**
   * Adapts one application of the layer. The owners free both arguments, so an observer must copy
   * what it needs later.
   *
   * @param input (..., in), the input of the layer
   * @param output (..., out), the output of the layer and of adapters attached earlier
   * @return (..., out), owned by the current scope, or the output itself
   */
  Tensor adapt(Tensor input, Tensor output);

  /**
   * Adapts one application of the layer, with the output of the layer itself at hand. An adapter
   * that scales the layer needs it, since adapters attached earlier may have changed the output.
   *
   * @param input (..., in), the input of the layer
   * @param own (..., out), the output of the layer without adapters, with its bias
   * @param output (..., out), the output of the layer and of adapters attached earlier
   * @return (..., out), owned by the current scope, or the output itself
   */
  default Tensor adapt(Tensor input, Tensor own, Tensor output) {
    return adapt(input, output);
  }
}
