package dev.sana4j.weights;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A named tensor of a network. The layer that loaded it owns it. */
public final class Parameter implements AutoCloseable {
  private final String name;
  private final Tensor value;
  private final DType dtype;
  private final @Nullable Tensor scale;

  Parameter(String name, Tensor value, DType dtype, @Nullable Tensor scale) {
    this.name = name;
    this.value = value.keep();
    this.dtype = dtype;
    this.scale = scale == null ? null : scale.keep();
  }

  /**
   * Returns the path of the parameter in the checkpoint.
   *
   * @return for example {@code transformer_blocks.0.attn1.to_q.weight}
   */
  public String name() {
    return name;
  }

  /**
   * Returns the value as it is in memory, owned by this parameter.
   *
   * @return a tensor that the caller must not close; in half precision or int8 where {@link
   *     Weights#matrix} kept it so
   */
  public Tensor value() {
    return value;
  }

  /**
   * Returns the dtype that layers compute in.
   *
   * @return the dtype of {@link #operand}
   */
  public DType dtype() {
    return dtype;
  }

  /**
   * Returns the value for an operation.
   *
   * @return the value itself, or a widened copy owned by the current scope
   */
  public Tensor operand() {
    if (value.dtype() == dtype) {
      return value;
    }
    Tensor widened = value.to(dtype);
    return scale == null
        ? widened
        : widened.mul_(scale.to(dtype).reshape(perOutput(value.size(0))));
  }

  /**
   * Returns rows of the value in float32, whatever it is stored in.
   *
   * @param first the first row
   * @param count the number of rows
   * @return (count, ...), owned by the current scope, or a view of the value
   */
  public Tensor rows(long first, long count) {
    Tensor rows = value.narrow(0, first, count).to(DType.FLOAT32);
    return scale == null ? rows : rows.mul(scale.narrow(0, first, count).reshape(perOutput(count)));
  }

  /**
   * Returns the step size of an 8-bit value.
   *
   * @return float32 (out), owned by this parameter; null if the value is floating point
   */
  public @Nullable Tensor scale() {
    return scale;
  }

  private long[] perOutput(long outputs) {
    long[] shape = new long[value.rank()];
    Arrays.fill(shape, 1);
    shape[0] = outputs;
    return shape;
  }

  @Override
  public void close() {
    value.close();
    if (scale != null) {
      scale.close();
    }
  }
}
