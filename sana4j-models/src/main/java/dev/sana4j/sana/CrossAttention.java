package dev.sana4j.sana;

import dev.sana4j.nn.Layer;
import dev.sana4j.nn.Linear;
import dev.sana4j.nn.RmsNorm;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Weights;
import org.jspecify.annotations.Nullable;

/** Softmax attention from the image tokens to the text. */
final class CrossAttention extends Layer<CrossAttention.Input> {
  private static final double QK_NORM_EPS = 1e-5;

  private final int heads;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final @Nullable RmsNorm queryNorm;
  private final @Nullable RmsNorm keyNorm;
  private final Linear output;

  /**
   * The arguments.
   *
   * @param tokens (B, T, width)
   * @param text (B, L, width)
   * @param bias (B, 1, 1, L), added to the scores
   */
  record Input(Tensor tokens, Tensor text, Tensor bias) {}

  CrossAttention(Weights weights, SanaConfig config) {
    heads = config.crossHeads();
    int width = config.width();
    int inner = config.crossHeads() * config.crossHeadWidth();
    query = own(Linear.load(weights.at("to_q"), width, inner));
    key = own(Linear.load(weights.at("to_k"), width, inner));
    value = own(Linear.load(weights.at("to_v"), width, inner));
    boolean norm = config.qkNorm();
    queryNorm = norm ? own(RmsNorm.load(weights.at("norm_q"), inner, QK_NORM_EPS)) : null;
    keyNorm = norm ? own(RmsNorm.load(weights.at("norm_k"), inner, QK_NORM_EPS)) : null;
    output = own(Linear.load(weights.at("to_out.0"), inner, width));
  }

  @Override
  protected Tensor forward(Input input) {
    Tensor queries = heads(query.apply(input.tokens()), queryNorm);
    Tensor keys = heads(key.apply(input.text()), keyNorm);
    Tensor values = heads(value.apply(input.text()), null);
    Tensor attended = Functional.attention(queries, keys, values, input.bias());
    return output.apply(attended.transpose(1, 2).flatten(2, 3)); // (B, T, width)
  }

  private Tensor heads(Tensor projected, @Nullable RmsNorm norm) {
    Tensor normalized = norm == null ? projected : norm.apply(projected);
    return normalized.unflatten(2, heads, -1).transpose(1, 2); // (B, heads, L, D)
  }
}
