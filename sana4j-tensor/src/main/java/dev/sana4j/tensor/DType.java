package dev.sana4j.tensor;

import java.util.Locale;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The element type of a tensor. */
public enum DType {
  /** 32-bit IEEE floating point. */
  FLOAT32(ScalarType.Float, 4),
  /** 64-bit IEEE floating point. */
  FLOAT64(ScalarType.Double, 8),
  /** 16-bit floating point with the exponent range of float32. */
  BFLOAT16(ScalarType.BFloat16, 2),
  /** 16-bit IEEE floating point. */
  FLOAT16(ScalarType.Half, 2),
  /** 64-bit signed integer. */
  INT64(ScalarType.Long, 8),
  /** 32-bit signed integer. */
  INT32(ScalarType.Int, 4),
  /** 16-bit signed integer. */
  INT16(ScalarType.Short, 2),
  /** 8-bit signed integer. */
  INT8(ScalarType.Char, 1),
  /** 8-bit unsigned integer. */
  UINT8(ScalarType.Byte, 1),
  /** Boolean, one byte per element. */
  BOOL(ScalarType.Bool, 1);

  private final ScalarType nativeType;
  private final int bytes;

  DType(ScalarType nativeType, int bytes) {
    this.nativeType = nativeType;
    this.bytes = bytes;
  }

  /**
   * Returns the size of one element.
   *
   * @return the size in bytes
   */
  public int bytes() {
    return bytes;
  }

  /**
   * Returns whether this is a floating point type.
   *
   * @return true for float32, float64, bfloat16 and float16
   */
  public boolean isFloatingPoint() {
    return this == FLOAT32 || this == FLOAT64 || this == BFLOAT16 || this == FLOAT16;
  }

  ScalarType nativeType() {
    return nativeType;
  }

  static DType of(ScalarType nativeType) {
    for (DType dtype : values()) {
      if (dtype.nativeType.value == nativeType.value) {
        return dtype;
      }
    }
    throw new TensorException("dtype " + nativeType + " is not supported");
  }

  /** Returns the usual name of the type, for example {@code bfloat16}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
