package dev.sana4j.sana;

import dev.sana4j.nn.GluMbConv;
import dev.sana4j.nn.Layer;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.Weights;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Linear self-attention, cross-attention and Mix-FFN; time shifts, scales and gates the first and
 * the last (AdaLN-single, arXiv 2310.00426).
 */
public final class SanaBlock extends Layer<SanaBlock.Input> {
  private final double eps;
  private final Parameter scaleShiftTable;
  private final LinearAttention selfAttention;
  private final CrossAttention crossAttention;
  private final GluMbConv feedForward;
  private final @Nullable Parameter normWeight;
  private final @Nullable Parameter normBias;

  /**
   * The arguments.
   *
   * @param tokens (B, T, width), T = height * width of the grid
   * @param condition what all blocks share
   */
  public record Input(Tensor tokens, Condition condition) {}

  /**
   * What steers every block.
   *
   * @param text (B, L, width)
   * @param textBias (B, 1, 1, L), added to attention scores
   * @param modulation (B, 6, width), from the time
   * @param height rows of the token grid
   * @param width columns of the token grid
   */
  public record Condition(
      Tensor text, Tensor textBias, Tensor modulation, long height, long width) {}

  /**
   * Reads one block.
   *
   * @param weights where it is
   * @param config the sizes
   */
  public SanaBlock(Weights weights, SanaConfig config) {
    int width = config.width();
    eps = config.normEps();
    scaleShiftTable = own(weights.parameter("scale_shift_table", 6, width));
    selfAttention = own(new LinearAttention(weights.at("attn1"), config));
    crossAttention = own(new CrossAttention(weights.at("attn2"), config));
    feedForward = own(new GluMbConv(weights.at("ff"), width, config.hidden()));
    boolean affine = config.normAffine();
    normWeight = affine ? own(weights.at("norm2").parameter("weight", width)) : null;
    normBias = affine ? own(weights.at("norm2").parameter("bias", width)) : null;
  }

  @Override
  protected Tensor forward(Input input) {
    Condition condition = input.condition();
    List<Tensor> modulation = // six of (B, 1, width)
        condition.modulation().add(scaleShiftTable.value()).chunk(6, 1);
    Tensor hidden = input.tokens();

    Tensor normalized = Functional.layerNorm(hidden, eps);
    Tensor attended =
        selfAttention.apply(modulate(normalized, modulation.get(0), modulation.get(1)));
    hidden = Functional.multiplyAdd(hidden, attended, modulation.get(2));

    hidden =
        hidden.add(
            crossAttention.apply(
                new CrossAttention.Input(hidden, condition.text(), condition.textBias())));

    normalized = affine(Functional.layerNorm(hidden, eps));
    Tensor modulated = modulate(normalized, modulation.get(3), modulation.get(4));
    Tensor image = // (B, width, H, W)
        modulated.unflatten(1, condition.height(), condition.width()).permute(0, 3, 1, 2);
    Tensor mixed = feedForward.apply(image).flatten(2, 3).transpose(1, 2); // (B, T, width)
    return Functional.multiplyAdd(hidden, mixed, modulation.get(5));
  }

  /** x * (1 + scale) + shift. */
  static Tensor modulate(Tensor tokens, Tensor shift, Tensor scale) {
    return Functional.multiplyAdd(shift, tokens, scale.add(1));
  }

  private Tensor affine(Tensor normalized) {
    return normWeight == null || normBias == null
        ? normalized
        : normalized.mul(normWeight.value()).add(normBias.value());
  }
}
