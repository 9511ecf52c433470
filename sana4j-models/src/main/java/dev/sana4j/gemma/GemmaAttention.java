package dev.sana4j.gemma;

import dev.sana4j.nn.Layer;
import dev.sana4j.nn.Linear;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Weights;

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
   * @param rotary positions
   * @param mask what each token sees
   */
  record Input(Tensor hidden, RotaryEmbedding rotary, AttentionMask mask) {}

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
    int groups = config.heads() / config.keyValueHeads();
    Tensor hidden = input.hidden().to(query.dtype());
    Tensor queries = input.rotary().rotate(heads(query.apply(hidden)));
    Tensor keys = input.rotary().rotate(heads(key.apply(hidden)));
    Tensor values = heads(value.apply(hidden)).repeatInterleave(groups, 1);
    Tensor scores = // (B, heads, L, L)
        queries
            .matmul(keys.repeatInterleave(groups, 1).transpose(2, 3))
            .mul(1 / Math.sqrt(config.queryScale()));
    Tensor shares =
        Functional.softmax(cap(scores).mul(input.mask().sighted()).add(input.mask().bias()), -1);
    Tensor attended = shares.matmul(values).to(output.dtype()); // (B, heads, L, D)
    return output.apply(attended.transpose(1, 2).flatten(2, 3));
  }

  /** In float32: scores of up to 50 lose their differences in half precision. */
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
