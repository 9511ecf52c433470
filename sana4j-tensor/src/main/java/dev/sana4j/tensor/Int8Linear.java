package dev.sana4j.tensor;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An affine map of the last dimension as a product of 8-bit integers, on a processor. Each output
 * of the weight has a scale, and each row of the input one that is found when it comes (W8A8 "per
 * token, per channel", as in arXiv 2211.10438, section 3).
 */
@CheckReturnValue
public final class Int8Linear extends Int8Product {
  private static final long MIDDLE = 128;

  private Int8Linear(Tensor weight, Tensor scales, @Nullable Tensor bias) {
    super(weight, scales, bias);
  }

  /**
   * Rounds a weight.
   *
   * @param weight (out, in), floating point, on the processor; stays with its owner
   * @param bias (out), or null for none; stays with its owner
   * @return the map, to be closed by the caller
   */
  public static Int8Linear of(Tensor weight, @Nullable Tensor bias) {
    return TensorScope.confine(
        () -> {
          Int8.Weight rounded = Int8.round(weight);
          Tensor packed =
              Operators.tensor("onednn::qlinear_prepack", rounded.values(), Operators.NONE);
          return new Int8Linear(
              packed, rounded.scales(), bias == null ? null : bias.to(DType.BFLOAT16).copy());
        });
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
   * Inputs rounded to bytes.
   *
   * @param bytes uint8 (rows, in), 128 means 0
   * @param steps bfloat16 (rows, 1), what one step of a row is
   */
  public record Rows(Tensor bytes, Tensor steps) {}

  /**
   * Rounds the inputs of maps.
   *
   * @param input (rows, in), floating point
   * @return the same in bytes, owned by the current scope
   */
  public static Rows round(Tensor input) {
    List<Tensor> made =
        TensorScope.tidyAll(
            () -> {
              Tensor steps = Int8.scales(input).to(DType.BFLOAT16);
              Tensor scaled = input.to(DType.FLOAT32).div(steps.to(DType.FLOAT32));
              return List.of(Int8.bytes(scaled, 1, MIDDLE), steps);
            });
    return new Rows(made.get(0), made.get(1));
  }

  /**
   * Applies the map to rounded inputs.
   *
   * @param rows of {@link #round}
   * @return (rows, out), bfloat16
   */
  public Tensor apply(Rows rows) {
    return TensorScope.tidy(() -> scaledBack(product(rows.bytes()), rows.steps()));
  }

  private Tensor product(Tensor bytes) {
    return Operators.tensor(
        "onednn::qlinear_pointwise",
        bytes,
        1.0,
        MIDDLE,
        weight(),
        scales(),
        zeros(),
        Operators.NONE,
        1.0,
        0L,
        DType.BFLOAT16,
        "none",
        Operators.NO_SCALARS,
        "");
  }

  private Tensor scaledBack(Tensor product, Tensor steps) {
    Tensor bias = bias();
    return bias == null ? product.mul_(steps) : Functional.multiplyAdd(bias, product, steps);
  }
}
