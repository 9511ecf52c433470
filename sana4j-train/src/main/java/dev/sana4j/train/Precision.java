package dev.sana4j.train;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Libtorch;

/** What the networks compute in; masters, moments and losses are float32 always. */
public enum Precision {
  /** Bfloat16 where this machine's matrix products are faster in it, else float32. */
  AUTO,
  /** Float32. */
  FLOAT32,
  /** Bfloat16, from float32 master weights. */
  BFLOAT16;

  /**
   * The dtype of the networks.
   *
   * @return float32 or bfloat16
   */
  DType dtype() {
    return switch (this) {
      case AUTO -> Libtorch.prefersBfloat16() ? DType.BFLOAT16 : DType.FLOAT32;
      case FLOAT32 -> DType.FLOAT32;
      case BFLOAT16 -> DType.BFLOAT16;
    };
  }
}
