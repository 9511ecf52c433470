package dev.sana4j.tensor;

import java.util.List;

/** A value that holds tensors: a single one, or a record of several. */
public interface TensorGroup {

  /**
   * All tensors of the value.
   *
   * @return the tensors, each once
   */
  List<Tensor> tensors();
}
