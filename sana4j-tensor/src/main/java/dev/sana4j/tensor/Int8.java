package dev.sana4j.tensor;

import org.bytedeco.pytorch.Storage;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Rounding to 8 bits. Weights become -127..127 with a scale per row; inputs become signed or
 * unsigned bytes.
 */
public final class Int8 {
  private static final double LARGEST = 127;

  /** Avoids a division by zero for a row of zeros. */
  private static final double SMALLEST_SCALE = 1e-30;

  private static final double LARGEST_SCALE = 3e38; // exact in bfloat16 as well

  private static final long PART = 1 << 20;

  private Int8() {}

  /**
   * A quantized weight and the step size of each row.
   *
   * @param values int8, the shape of the weight
   * @param scales float32 (out), the step size per row
   */
  public record Weight(Tensor values, Tensor scales) {}

  /**
   * Rounds a weight to int8. The step size of each output is its largest magnitude divided by 127.
   *
   * @param weight (out, ...), floating point, on the CPU
   * @return the quantized weight, owned by the current scope
   */
  public static Weight round(Tensor weight) {
    Tensor rows = weight.flatten(1, weight.rank() - 1);
    long outputs = rows.size(0);
    Tensor values = Tensors.empty(DType.INT8, Device.CPU, rows.shape());
    Tensor scales = Tensors.empty(DType.FLOAT32, Device.CPU, outputs, 1);
    long most = Math.max(1, PART / rows.size(1));
    for (long begin = 0; begin < outputs; begin += most) {
      long from = begin;
      long count = Math.min(most, outputs - begin);
      TensorScope.run(
          () -> {
            Tensor some = rows.narrow(0, from, count).to(DType.FLOAT32);
            Tensor steps = scales(some);
            scales.narrow(0, from, count).copy_(steps);
            values.narrow(0, from, count).copy_(some.div(steps).round());
          });
    }
    return new Weight(values.reshape(weight.shape()), scales.flatten(0, 1));
  }

  /** Returns the step size per row that maps the largest magnitude of the row to 127: (rows, 1). */
  static Tensor scales(Tensor rows) {
    Tensor highest = rows.unary("amax", t -> t.amax(new long[] {1}, true));
    Tensor lowest = rows.unary("amin", t -> t.amin(new long[] {1}, true));
    Tensor largest =
        TensorHandle.call(
            "maximum", () -> torch.maximum(highest.handle(), lowest.mul(-1).handle()), highest);
    return largest.mul(1 / LARGEST).clamp(SMALLEST_SCALE, LARGEST_SCALE);
  }

  /**
   * Rounds values to unsigned bytes.
   *
   * @param values float32, in any dense memory format; the result has the same format
   * @param scale the step size
   * @param zero the byte that represents 0
   * @return uint8, round(value / scale) + zero, clamped to 0..255
   */
  static Tensor bytes(Tensor values, double scale, long zero) {
    return quantized(values, scale, zero, ScalarType.QUInt8, DType.UINT8);
  }

  /**
   * Rounds values to signed bytes.
   *
   * @param values float32, dense
   * @return int8, clamped to -128..127
   */
  static Tensor nearest(Tensor values) {
    return quantized(values, 1, 0, ScalarType.QInt8, DType.INT8);
  }

  private static Tensor quantized(
      Tensor values, double scale, long zero, ScalarType type, DType dtype) {
    return values.unary(
        "quantize",
        t -> {
          try (var quantized = torch.quantize_per_tensor(t, scale, zero, type);
              Storage storage = quantized.storage()) {
            return torch
                .empty(
                    new long[] {0},
                    NativeArguments.options(dtype, Device.CPU),
                    NativeArguments.ANY_FORMAT)
                .set_(storage, 0, quantized.shape(), strides(quantized));
          }
        });
  }

  /**
   * Rounds values to unsigned bytes in parts that stay in the CPU cache between the two passes.
   *
   * @param values dense, floating point
   * @param scale the step size
   * @param zero the byte that represents 0
   * @return uint8 of the same shape
   */
  static Tensor bytesOfAny(Tensor values, double scale, long zero) {
    Tensor flat = values.reshape(-1);
    long all = flat.size(0);
    Tensor bytes = Tensors.empty(DType.UINT8, Device.CPU, all);
    for (long begin = 0; begin < all; begin += PART) {
      long from = begin;
      long count = Math.min(PART, all - begin);
      TensorScope.compute(
          () ->
              bytes
                  .narrow(0, from, count)
                  .copy_(bytes(flat.narrow(0, from, count).to(DType.FLOAT32), scale, zero))
                  .elements());
    }
    return bytes.reshape(values.shape());
  }

  private static long[] strides(org.bytedeco.pytorch.Tensor tensor) {
    long[] strides = new long[(int) tensor.dim()];
    for (int i = 0; i < strides.length; i++) {
      strides[i] = tensor.stride(i);
    }
    return strides;
  }
}
