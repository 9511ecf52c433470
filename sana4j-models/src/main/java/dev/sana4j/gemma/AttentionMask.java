package dev.sana4j.gemma;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;

/**
 * Lets a token attend to itself and to the kept tokens before it, within a window.
 *
 * <p>The scores are multiplied by {@code visible}. A query without a visible key, such as padding
 * beyond a window, therefore attends to all tokens equally.
 *
 * @param bias (B, 1, L, S), added to the scores: 0 for a visible key, far below any score otherwise
 * @param visible (B, 1, L, 1): 1 for a query with a visible key, 0 otherwise
 */
record AttentionMask(Tensor bias, Tensor visible) {
  private static final double HIDDEN = -30_000;

  /** Returns the mask with all S tokens as queries. */
  static AttentionMask of(Tensor kept, long window) {
    return of(kept, window, kept.size(1));
  }

  /**
   * Returns the mask for an int64 (B, S) mask of kept tokens, of which the last L are queries. A
   * window includes the token itself.
   */
  static AttentionMask of(Tensor kept, long window, long queries) {
    Tensor keys = kept.to(DType.FLOAT32).unsqueeze(1).unsqueeze(1); // (B, 1, 1, S)
    Tensor seen = // (B, 1, L, S)
        causal(queries, kept.size(1), window, kept.device()).mul(keys);
    return new AttentionMask(seen.add(-1).mul(-HIDDEN), seen.sum(-1, true).clamp(0, 1));
  }

  /** Returns 1 where a key is not after its query and less than the window before it, else 0. */
  private static Tensor causal(long queries, long keys, long window, Device device) {
    Tensor query =
        Tensors.range(queries, DType.FLOAT32, device).add((double) (keys - queries)).unsqueeze(1);
    Tensor before = query.sub(Tensors.range(keys, DType.FLOAT32, device)); // (L, S)
    Tensor past = before.add(1).clamp(0, 1);
    Tensor near = before.mul(-1).add((double) window).clamp(0, 1);
    return past.mul(near).unsqueeze(0).unsqueeze(0);
  }
}
