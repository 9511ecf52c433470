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
 * Linear self-attention, cross-attention and Mix-FFN. The timestep shifts, scales and gates the
 * first and the last (AdaLN-single, arXiv 2310.00426).
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
   * @param condition the arguments that all blocks share
   */
  public record Input(Tensor tokens, Condition condition) {}

  /**
   * The arguments that all blocks share.
   *
   * @param text (B, L, width)
   * @param textBias (B, 1, 1, L), added to attention scores
   * @param modulation (B, 6, width), from the timestep
   * @param grid the arrangement of the tokens
   */
  public record Condition(Tensor text, Tensor textBias, Tensor modulation, Grid grid) {}

  /**
   * Reads one block.
   *
   * @param weights the weights to read from
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
    List<Tensor> six = // each (B, 1, width)
        condition.modulation().add(scaleShiftTable.value()).chunk(6, 1);
    Modulation attention = new Modulation(six.get(0), six.get(1), six.get(2));
    Modulation mixing = new Modulation(six.get(3), six.get(4), six.get(5));
    Tensor tokens = input.tokens();

    Tensor modulated = attention.modulate(Functional.layerNorm(tokens, eps));
    tokens = attention.addGated(tokens, selfAttention.apply(modulated));

    tokens =
        tokens.add(
            crossAttention.apply(
                new CrossAttention.Input(tokens, condition.text(), condition.textBias())));

    modulated = mixing.modulate(affine(Functional.layerNorm(tokens, eps)));
    Tensor mixed = feedForward.apply(condition.grid().image(modulated)); // (B, width, H, W)
    return mixing.addGated(tokens, Grid.tokens(mixed));
  }

  private Tensor affine(Tensor normalized) {
    return normWeight == null || normBias == null
        ? normalized
        : normalized.mul(normWeight.value()).add(normBias.value());
  }
}
