package dev.sana4j.gemma;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;

/**
 * What is added to attention scores so that a token sees only itself and kept tokens before it.
 *
 * @param full (B, 1, L, L), for layers that see the whole past
 * @param sliding (B, 1, L, L), for layers that see a window of it
 */
record AttentionMasks(Tensor full, Tensor sliding) {
  /** Far below any score, and finite, so that a row of it gives no NaN. */
  private static final float HIDDEN = -30_000f;

  /** For a (B, L) mask with 1 for a token and 0 for padding. */
  static AttentionMasks of(Tensor mask, int window) {
    int length = (int) mask.size(1);
    Tensor padding =
        mask.to(DType.FLOAT32).add(-1).mul(-HIDDEN).unsqueeze(1).unsqueeze(1); // (B, 1, 1, L)
    Tensor full = causal(length, length).to(mask.device()).add(padding);
    Tensor sliding = causal(length, window).to(mask.device()).add(padding);
    return new AttentionMasks(full.clamp(HIDDEN, 0), sliding.clamp(HIDDEN, 0));
  }

  private static Tensor causal(int length, int window) {
    float[] values = new float[length * length];
    for (int query = 0; query < length; query++) {
      for (int key = 0; key < length; key++) {
        boolean seen = key <= query && key > query - window;
        values[query * length + key] = seen ? 0 : HIDDEN;
      }
    }
    return Tensors.of(values, 1, 1, length, length);
  }
}
