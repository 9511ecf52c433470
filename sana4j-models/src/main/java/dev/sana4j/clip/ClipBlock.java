package dev.sana4j.clip;

import dev.sana4j.nn.Layer;
import dev.sana4j.nn.Linear;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.VisionOps;
import dev.sana4j.weights.Weights;
import org.jspecify.annotations.Nullable;

/** Attention, then a feed-forward block; each is normalized before and added to its input. */
final class ClipBlock extends Layer<ClipBlock.Input> {
  private static final double QUICK = 1.702;

  private final ClipConfig.Tower tower;
  private final ClipNorm beforeAttention;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear output;
  private final ClipNorm beforeFeedForward;
  private final Linear up;
  private final Linear down;

  /**
   * The arguments.
   *
   * @param hidden (B, L, width)
   * @param bias added to the scores, broadcast against (B, heads, L, L), or null for none
   */
  record Input(Tensor hidden, @Nullable Tensor bias) {}

  ClipBlock(Weights weights, ClipConfig.Tower tower) {
    this.tower = tower;
    int width = tower.width();
    beforeAttention = own(new ClipNorm(weights.at("layer_norm1"), tower));
    Weights attention = weights.at("self_attn");
    query = own(Linear.load(attention.at("q_proj"), width, width));
    key = own(Linear.load(attention.at("k_proj"), width, width));
    value = own(Linear.load(attention.at("v_proj"), width, width));
    output = own(Linear.load(attention.at("out_proj"), width, width));
    beforeFeedForward = own(new ClipNorm(weights.at("layer_norm2"), tower));
    up = own(Linear.load(weights.at("mlp").at("fc1"), width, tower.feedForward()));
    down = own(Linear.load(weights.at("mlp").at("fc2"), tower.feedForward(), width));
  }

  @Override
  protected Tensor forward(Input input) {
    Tensor middle = input.hidden().add(attend(beforeAttention.apply(input.hidden()), input.bias()));
    Tensor inner = up.apply(beforeFeedForward.apply(middle));
    return middle.add(down.apply(activated(inner)));
  }

  private Tensor attend(Tensor normalized, @Nullable Tensor bias) {
    Tensor attended =
        Functional.attention(
            heads(query.apply(normalized)),
            heads(key.apply(normalized)),
            heads(value.apply(normalized)),
            bias);
    return output.apply(attended.transpose(1, 2).flatten(2, 3)); // (B, L, width)
  }

  private Tensor heads(Tensor projected) {
    return projected.unflatten(2, tower.heads(), -1).transpose(1, 2); // (B, heads, L, D)
  }

  private Tensor activated(Tensor inner) {
    return switch (tower.activation()) {
      case QUICK_GELU -> inner.mul(inner.mul(QUICK).sigmoid());
      case GELU -> VisionOps.gelu(inner);
    };
  }
}
