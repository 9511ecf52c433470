package dev.sana4j.train.optim;

import dev.sana4j.tensor.Tensor;

/**
 * A parameter that an optimizer changes.
 *
 * @param name its path in the checkpoint
 * @param value float32 in row-major order; it stays with its owner
 */
public record Trainable(String name, Tensor value) {

  /**
   * Returns whether weight decay applies: matrices and kernels. Vectors are biases, scales and
   * shifts.
   *
   * @return true from rank 2 on
   */
  public boolean decays() {
    return value.rank() >= 2;
  }
}
