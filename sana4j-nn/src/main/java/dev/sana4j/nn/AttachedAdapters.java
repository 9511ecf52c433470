package dev.sana4j.nn;

import dev.sana4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The adapters of one layer, in the order they were attached. */
final class AttachedAdapters {
  private final List<Adapter> adapters = new ArrayList<>();

  void add(Adapter adapter) {
    adapters.add(adapter);
  }

  void remove(Adapter adapter) {
    adapters.removeIf(attached -> attached == adapter);
  }

  boolean isEmpty() {
    return adapters.isEmpty();
  }

  /**
   * Applies all adapters.
   *
   * @param input (..., in)
   * @param own (..., out), the output of the layer itself
   * @return (..., out)
   */
  Tensor apply(Tensor input, Tensor own) {
    Tensor output = own;
    for (int i = 0; i < adapters.size(); i++) {
      output = adapters.get(i).adapt(input, own, output);
    }
    return output;
  }
}
