package dev.sana4j.train.optim;

import dev.sana4j.tensor.Tensor;

/**
 * A parameter that an optimizer changes.
 *
 * @param name its path in the checkpoint
 * @param value float32 in row-major order, which the caller closes
 */
public record Trainable(String name, Tensor value) {

  /**
   * Returns whether weight decay applies, as it does to matrices and kernels. Vectors are biases,
   * scales and shifts.
   *
   * @return true for rank 2 and above
   */
  public boolean decays() {
    return value.rank() >= 2;
  }
}
