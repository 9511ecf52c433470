package dev.sana4j.weights;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;

/** A named tensor of a network. The layer that loaded it owns it. */
public final class Parameter implements AutoCloseable {
  private final String name;
  private final Tensor value;
  private final DType dtype;

  Parameter(String name, Tensor value, DType dtype) {
    this.name = name;
    this.value = value.keep();
    this.dtype = dtype;
  }

  /**
   * Its path in the checkpoint.
   *
   * @return for example {@code transformer_blocks.0.attn1.to_q.weight}
   */
  public String name() {
    return name;
  }

  /**
   * Its value as it is in memory, owned by this parameter.
   *
   * @return a tensor not to be closed by the caller; in half precision where {@link Weights#matrix}
   *     kept it so
   */
  public Tensor value() {
    return value;
  }

  /**
   * What a layer computes with it in.
   *
   * @return dtype of {@link #operand}
   */
  public DType dtype() {
    return dtype;
  }

  /**
   * Its value for an operation.
   *
   * @return the value itself, or a widened copy owned by the current scope
   */
  public Tensor operand() {
    return value.dtype() == dtype ? value : value.to(dtype);
  }

  @Override
  public void close() {
    value.close();
  }
}
