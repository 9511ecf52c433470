package dev.sana4j.tensor;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An affine map of the last dimension as a product of 8-bit integers on the CPU. Weights have a
 * scale per output. Inputs get a scale per row when the map is applied (W8A8 "per token, per
 * channel", as in arXiv 2211.10438, section 3).
 *
 * <p>The weight is used in its existing memory order. In the order that oneDNN prefers, the product
 * takes 0.9 of the time, but reordering takes longer than ten products of a thousand rows.
 */
@CheckReturnValue
public final class Int8Linear extends Int8Product {
  private final Tensor weight;
  private final boolean ownsWeight;
  private final Tensor scales;
  private final @Nullable Tensor bias;

  private Int8Linear(Tensor weight, boolean ownsWeight, Tensor scales, @Nullable Tensor bias) {
    this.weight = weight;
    this.ownsWeight = ownsWeight;
    this.scales = scales.keep();
    this.bias = bias == null ? null : bias.to(DType.BFLOAT16).copy().keep();
  }

  /**
   * Creates a map, rounding its weight.
   *
   * @param weight (out, ...), floating point, on the CPU; stays with its owner
   * @param bias (out), or null for none; stays with its owner
   * @return the map; the caller closes it
   */
  public static Int8Linear of(Tensor weight, @Nullable Tensor bias) {
    return TensorScope.compute(
        () -> {
          Int8.Weight rounded = Int8.round(weight);
          return new Int8Linear(rounded.values().keep(), true, rounded.scales(), bias);
        });
  }

  /**
   * Creates a map from a weight that is already rounded.
   *
   * @param weight int8 (out, ...), on the CPU; the owner keeps it open until this map is closed
   * @param scales float32 (out), the step size per output; stays with its owner
   * @param bias (out), or null for none; stays with its owner
   * @return the map; the caller closes it
   */
  public static Int8Linear ofRounded(Tensor weight, Tensor scales, @Nullable Tensor bias) {
    return TensorScope.compute(() -> new Int8Linear(weight, false, scales.copy(), bias));
  }

  /**
   * Applies the map.
   *
   * @param input (..., in), floating point
   * @return (..., out), bfloat16
   */
  @Override
  public Tensor apply(Tensor input) {
    return TensorScope.tidy(
        () -> {
          Tensor result = apply(round(input.reshape(-1, input.size(-1))));
          long[] shape = input.shape();
          shape[shape.length - 1] = result.size(1);
          return result.reshape(shape);
        });
  }

  /**
   * Rounded inputs.
   *
   * @param values int8 (rows, in)
   * @param steps bfloat16 (rows, 1), the step size per row
   */
  public record Rows(Tensor values, Tensor steps) implements TensorGroup {
    @Override
    public List<Tensor> tensors() {
      return List.of(values, steps);
    }
  }

  /**
   * Rounds inputs, so that several maps can share them.
   *
   * @param input (rows, in), floating point
   * @return the rounded inputs, owned by the current scope
   */
  public static Rows round(Tensor input) {
    return TensorScope.tidy(
        () -> {
          Tensor steps = Int8.scales(input).to(DType.BFLOAT16);
          Tensor scaled = input.to(DType.FLOAT32).div(steps.to(DType.FLOAT32));
          return new Rows(Int8.nearest(scaled), steps);
        });
  }

  /**
   * Applies the map to rounded inputs.
   *
   * @param rows the result of {@link #round}
   * @return (rows, out), bfloat16
   */
  public Tensor apply(Rows rows) {
    return TensorScope.tidy(
        () -> {
          Tensor matrix = weight.reshape(weight.size(0), -1);
          Tensor sums = // int32 (rows, out)
              Operators.tensor("aten::_int_mm", rows.values(), matrix.transpose(0, 1));
          Tensor product = sums.mul(scales).to(DType.BFLOAT16);
          return bias == null
              ? product.mul_(rows.steps())
              : Functional.multiplyAdd(bias, product, rows.steps());
        });
  }

  @Override
  public void close() {
    if (ownsWeight) {
      weight.close();
    }
    scales.close();
    if (bias != null) {
      bias.close();
    }
  }
}
