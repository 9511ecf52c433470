package dev.sana4j.pipeline.model;

import dev.sana4j.tensor.DType;

/** What the networks of a model compute in. */
public final class NetworkDtypes {
  private NetworkDtypes() {}

  /**
   * Of the text encoder and the autoencoder, which do not work in float16 (diffusers).
   *
   * @param dtype that was asked for
   * @return the same, float32 for float16, bfloat16 for int8
   */
  public static DType encoderDtype(DType dtype) {
    return dtype == DType.FLOAT16 ? DType.FLOAT32 : transformer(dtype);
  }

  /**
   * Of the transformer.
   *
   * @param dtype that was asked for
   * @return the same; bfloat16 for int8, as numbers are between products of 8-bit integers
   */
  public static DType transformer(DType dtype) {
    return dtype == DType.INT8 ? DType.BFLOAT16 : dtype;
  }
}
