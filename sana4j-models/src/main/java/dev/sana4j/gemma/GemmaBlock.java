package dev.sana4j.gemma;

import dev.sana4j.gemma.PrefixCache.KeyValues;
import dev.sana4j.nn.Layer;
import dev.sana4j.nn.Linear;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Weights;
import org.jspecify.annotations.Nullable;

/**
 * Attention, then a gated feed-forward block. Each is normalized before and after, and added to
 * hidden states in float32.
 *
 * <p>Attention and norms keep the precision in which their parameters are stored. With soft-capped
 * scores of up to 50 they are far more sensitive to rounding than the feed-forward block.
 */
final class GemmaBlock extends Layer<GemmaBlock.Input> {
  private final boolean sliding;
  private final GemmaNorm beforeAttention;
  private final GemmaAttention attention;
  private final GemmaNorm afterAttention;
  private final GemmaNorm beforeFeedForward;
  private final Linear gate;
  private final Linear up;
  private final Linear down;
  private final GemmaNorm afterFeedForward;

  /**
   * The arguments.
   *
   * @param hidden (B, L, width)
   * @param rotary the positions
   * @param full the mask for layers in which a token sees all earlier tokens
   * @param sliding the mask for layers in which a token sees a window of earlier tokens
   * @param prefix keys and values of earlier tokens, or null for none
   */
  record Input(
      Tensor hidden,
      RotaryEmbedding rotary,
      AttentionMask full,
      AttentionMask sliding,
      @Nullable KeyValues prefix) {}

  GemmaBlock(Weights rounded, GemmaConfig config, int index) {
    Weights weights = rounded.asStored();
    sliding = config.slidingLayers().get(index);
    beforeAttention = own(new GemmaNorm(weights.at("input_layernorm"), config));
    attention = own(new GemmaAttention(weights.at("self_attn"), config));
    afterAttention = own(new GemmaNorm(weights.at("post_attention_layernorm"), config));
    beforeFeedForward = own(new GemmaNorm(weights.at("pre_feedforward_layernorm"), config));
    Weights mlp = rounded.at("mlp");
    gate = own(Linear.load(mlp.at("gate_proj"), config.width(), config.feedForward(), false));
    up = own(Linear.load(mlp.at("up_proj"), config.width(), config.feedForward(), false));
    down = own(Linear.load(mlp.at("down_proj"), config.feedForward(), config.width(), false));
    afterFeedForward = own(new GemmaNorm(weights.at("post_feedforward_layernorm"), config));
  }

  @Override
  protected Tensor forward(Input input) {
    AttentionMask mask = sliding ? input.sliding() : input.full();
    Tensor normalized = beforeAttention.apply(input.hidden());
    Tensor attended =
        attention.apply(new GemmaAttention.Input(normalized, input.rotary(), mask, input.prefix()));
    Tensor middle = input.hidden().add(afterAttention.apply(attended));
    return middle.add(afterFeedForward.apply(feedForward(beforeFeedForward.apply(middle))));
  }

  /** Computes the keys and values that later tokens need. */
  KeyValues keyValues(Input input) {
    return attention.keyValues(beforeAttention.apply(input.hidden()), input.rotary());
  }

  private Tensor feedForward(Tensor normalized) {
    Tensor hidden = normalized.to(gate.dtype());
    return down.apply(Functional.geluTanh(gate.apply(hidden)).mul(up.apply(hidden)));
  }
}
