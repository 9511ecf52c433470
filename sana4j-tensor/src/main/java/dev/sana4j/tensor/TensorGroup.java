package dev.sana4j.tensor;

import java.util.List;

/** A value that holds tensors: a single tensor or a record of several. */
public interface TensorGroup {

  /**
   * Returns all tensors of the value.
   *
   * @return the tensors, each once
   */
  List<Tensor> tensors();
}
