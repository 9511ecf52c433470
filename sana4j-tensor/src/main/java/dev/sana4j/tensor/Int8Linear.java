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

  private boolean isPacked;

  private Int8Linear(Tensor weight, Tensor scales, @Nullable Tensor bias, boolean isPacked) {
    super(weight, scales, bias);
    this.isPacked = isPacked;
  }

  /**
   * Rounds a weight.
   *
   * @param weight (out, in), floating point, on the processor; stays with its owner
   * @param bias (out), or null for none; stays with its owner
   * @return the map, to be closed by the caller
   */
  public static Int8Linear of(Tensor weight, @Nullable Tensor bias) {
    return of(weight, null, bias);
  }

  /**
   * Rounds a weight, or takes one that is rounded: it is put in the order of the product when it is
   * first used.
   *
   * @param weight (out, in), floating point or int8, on the processor; stays with its owner, and
   *     must not change until the first use
   * @param scale float32 (out), what one step of an int8 weight is; null for floating point
   * @param bias (out), or null for none; stays with its owner
   * @return the map, to be closed by the caller
   */
  public static Int8Linear of(Tensor weight, @Nullable Tensor scale, @Nullable Tensor bias) {
    return TensorScope.confine(
        () -> {
          Tensor added = bias == null ? null : bias.to(DType.BFLOAT16).copy();
          if (scale != null) {
            return new Int8Linear(weight.alias(), scale.copy(), added, false);
          }
          Int8.Weight rounded = Int8.round(weight);
          return new Int8Linear(packed(rounded.values()), rounded.scales(), added, true);
        });
  }

  private static Tensor packed(Tensor values) {
    return Operators.tensor("onednn::qlinear_prepack", values, Operators.NONE);
  }

  private synchronized Tensor packedWeight() {
    if (!isPacked) {
      replaceWeight(TensorScope.tidy(() -> packed(weight().contiguous())));
      isPacked = true;
    }
    return weight();
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
        packedWeight(),
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
