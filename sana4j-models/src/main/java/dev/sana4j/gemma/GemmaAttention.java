package dev.sana4j.gemma;

import dev.sana4j.gemma.PrefixCache.KeyValues;
import dev.sana4j.nn.Layer;
import dev.sana4j.nn.Linear;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.Weights;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Grouped-query attention with rotary positions and soft-capped scores (arXiv 2408.00118). */
final class GemmaAttention extends Layer<GemmaAttention.Input> {
  private final GemmaConfig config;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear output;

  /**
   * The arguments.
   *
   * @param hidden (B, L, width)
   * @param rotary the positions
   * @param mask the visible tokens
   * @param prefix keys and values of earlier tokens, or null for none
   */
  record Input(
      Tensor hidden, RotaryEmbedding rotary, AttentionMask mask, @Nullable KeyValues prefix) {}

  GemmaAttention(Weights weights, GemmaConfig config) {
    this.config = config;
    int width = config.width();
    int queries = config.heads() * config.headWidth();
    int keys = config.keyValueHeads() * config.headWidth();
    boolean bias = config.attentionBias();
    query = own(Linear.load(weights.at("q_proj"), width, queries, bias));
    key = own(Linear.load(weights.at("k_proj"), width, keys, bias));
    value = own(Linear.load(weights.at("v_proj"), width, keys, bias));
    output = own(Linear.load(weights.at("o_proj"), queries, width, bias));
  }

  @Override
  protected Tensor forward(Input input) {
    Tensor hidden = input.hidden().to(query.dtype());
    Tensor queries = input.rotary().rotate(heads(query.apply(hidden)));
    KeyValues seen = withPrefix(keyValues(hidden, input.rotary()), input.prefix());
    Tensor scores = // (B, heads, L, S)
        ungrouped(grouped(queries).matmul(seen.keys().transpose(2, 3)))
            .mul(1 / Math.sqrt(config.queryScale()));
    Tensor weights = // (B, heads, L, S)
        Functional.softmax(cap(scores).mul(input.mask().visible()).add(input.mask().bias()), -1);
    Tensor attended = // (B, heads, L, D)
        ungrouped(grouped(weights).matmul(seen.values())).to(output.dtype());
    return output.apply(attended.transpose(1, 2).flatten(2, 3));
  }

  /** Stacks the rows of heads that share keys, (B, key-value heads, rows, D). */
  private Tensor grouped(Tensor heads) {
    return heads.unflatten(1, config.keyValueHeads(), -1).flatten(2, 3);
  }

  private Tensor ungrouped(Tensor groups) {
    return groups.unflatten(2, config.heads() / config.keyValueHeads(), -1).flatten(1, 2);
  }

  /** Computes the keys and values of tokens, (B, key-value heads, L, D). */
  KeyValues keyValues(Tensor hidden, RotaryEmbedding rotary) {
    Tensor typed = hidden.to(key.dtype());
    return new KeyValues(rotary.rotate(heads(key.apply(typed))), heads(value.apply(typed)));
  }

  private static KeyValues withPrefix(KeyValues own, @Nullable KeyValues prefix) {
    if (prefix == null) {
      return own;
    }
    long batch = own.keys().size(0);
    return new KeyValues(
        Tensors.cat(List.of(prefix.keys().expand(batch, -1, -1, -1), own.keys()), 2),
        Tensors.cat(List.of(prefix.values().expand(batch, -1, -1, -1), own.values()), 2));
  }

  /** Splits into heads, in float32: scores of up to 50 lose their differences in half precision. */
  private Tensor heads(Tensor projected) {
    return projected
        .unflatten(2, -1, config.headWidth())
        .transpose(1, 2)
        .to(DType.FLOAT32); // (B, heads, L, D)
  }

  private Tensor cap(Tensor scores) {
    double cap = config.softCap();
    return cap == 0 ? scores : scores.div(cap).tanh().mul(cap);
  }
}
