package dev.sana4j.gemma;

import dev.sana4j.tensor.Tensor;
import java.util.List;

/**
 * Tokens that many texts begin with, encoded once. A token sees none behind it, so what the blocks
 * made of these never changes; later tokens need no more of them than their keys and values.
 */
public final class GemmaPrefix implements AutoCloseable {
  private final Tensor states;
  private final List<Past> pasts;

  /**
   * What the attention of one block sees of the prefix.
   *
   * @param keys rotated, (1, key-value heads, P, D), float32
   * @param values likewise, not rotated
   */
  record Past(Tensor keys, Tensor values) {}

  GemmaPrefix(Tensor states, List<Past> pasts) {
    this.states = states;
    this.pasts = pasts;
  }

  /**
   * How many tokens they are.
   *
   * @return P
   */
  public long length() {
    return states.size(1);
  }

  /**
   * What the encoder gives for them.
   *
   * @return (1, P, width), float32, owned by this prefix
   */
  public Tensor states() {
    return states;
  }

  Past past(int block) {
    return pasts.get(block);
  }

  @Override
  public void close() {
    states.close();
    for (Past past : pasts) {
      past.keys().close();
      past.values().close();
    }
  }
}
