package dev.sana4j.pipeline.model;

import dev.sana4j.tensor.DType;

/** The dtypes of the networks of a model. */
public final class NetworkDtypes {
  private NetworkDtypes() {}

  /**
   * Returns the dtype of the text encoder and the autoencoder, which do not work in float16
   * (diffusers).
   *
   * @param dtype requested precision
   * @return the same, float32 for float16, bfloat16 for int8
   */
  public static DType encoderDtype(DType dtype) {
    return dtype == DType.FLOAT16 ? DType.FLOAT32 : transformer(dtype);
  }

  /**
   * Returns the dtype of the transformer.
   *
   * @param dtype requested precision
   * @return the same; bfloat16 for int8, which stores intermediate values in bfloat16
   */
  public static DType transformer(DType dtype) {
    return dtype == DType.INT8 ? DType.BFLOAT16 : dtype;
  }
}
