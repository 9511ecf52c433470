package dev.sana4j.weights;

import dev.sana4j.tensor.Tensor;

/** A named tensor of a network. The layer that loaded it owns it. */
public final class Parameter implements AutoCloseable {
  private final String name;
  private final Tensor value;

  Parameter(String name, Tensor value) {
    this.name = name;
    this.value = value.keep();
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
   * Its value, owned by this parameter.
   *
   * @return a tensor not to be closed by the caller
   */
  public Tensor value() {
    return value;
  }

  @Override
  public void close() {
    value.close();
  }
}
