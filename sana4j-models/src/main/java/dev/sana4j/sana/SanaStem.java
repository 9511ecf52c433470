package dev.sana4j.sana;

import dev.sana4j.nn.Layer;
import dev.sana4j.nn.Linear;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorException;
import dev.sana4j.weights.Weights;
import org.jspecify.annotations.Nullable;

/**
 * What comes before the blocks, in the transformer and in its ControlNet: embeddings of all inputs.
 */
public final class SanaStem extends Layer<Tensor> {
  /** Added to the scores of padding; the public models were trained with this value. */
  private static final double HIDDEN_SCORE = -10_000;

  private final SanaConfig config;
  private final PatchEmbedding patchEmbedding;
  private final TimeConditioning timeConditioning;
  private final Linear modulation;
  private final CaptionProjection captionProjection;

  SanaStem(Weights weights, SanaConfig config) {
    this.config = config;
    int width = config.width();
    patchEmbedding = own(new PatchEmbedding(weights.at("patch_embed"), config));
    timeConditioning = own(new TimeConditioning(weights.at("time_embed"), config));
    modulation = own(Linear.load(weights.at("time_embed.linear"), width, 6 * width));
    captionProjection = own(new CaptionProjection(weights, config));
  }

  /** Latents (B, C, H, W) to tokens (B, T, width). */
  @Override
  protected Tensor forward(Tensor latents) {
    return patchEmbedding.apply(latents);
  }

  /** Time and guidance to (B, width). */
  public Tensor time(SanaInput input) {
    return time(input.times(), input.guidance());
  }

  Tensor time(Tensor times, @Nullable Tensor guidance) {
    return timeConditioning.apply(new TimeConditioning.Input(times, guidance));
  }

  /** What steers every block, from the text and the embedded time. */
  public SanaBlock.Condition condition(SanaInput input, Tensor time) {
    Tensor latents = input.latents();
    int patch = config.patchSize();
    if (latents.rank() != 4 || latents.size(2) % patch != 0 || latents.size(3) % patch != 0) {
      throw new TensorException("latents " + latents + " do not divide into patches of " + patch);
    }
    return new SanaBlock.Condition(
        captionProjection.apply(input.text()),
        textBias(input.textMask(), time.dtype()),
        modulation.apply(Functional.silu(time)).unflatten(1, 6, -1),
        latents.size(2) / patch,
        latents.size(3) / patch);
  }

  /** A (B, L) mask to (B, 1, 1, L): 0 for a token, far below any score for padding. */
  private static Tensor textBias(Tensor mask, DType dtype) {
    return mask.to(dtype).add(-1).mul(-HIDDEN_SCORE).unsqueeze(1).unsqueeze(1);
  }
}
