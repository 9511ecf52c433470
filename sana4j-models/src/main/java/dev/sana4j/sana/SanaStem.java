package dev.sana4j.sana;

import dev.sana4j.nn.Conv2d;
import dev.sana4j.nn.Conv2d.Geometry;
import dev.sana4j.nn.Layer;
import dev.sana4j.nn.Linear;
import dev.sana4j.nn.RmsNorm;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorException;
import dev.sana4j.weights.Weights;
import org.jspecify.annotations.Nullable;

/** The input side of the transformer and of its ControlNet, which embeds all inputs. */
public final class SanaStem extends Layer<Tensor> {
  /** Added to the scores of padding. The public models were trained with this value. */
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

  /** Maps latents (B, C, H, W) to tokens (B, T, width). */
  @Override
  protected Tensor forward(Tensor latents) {
    return patchEmbedding.apply(latents);
  }

  /**
   * Embeds the timestep and, for Sprint, the guidance scale.
   *
   * @param input the arguments of the network
   * @return (B, width)
   */
  public Tensor time(SanaInput input) {
    return time(input.times(), input.guidance());
  }

  Tensor time(Tensor times, @Nullable Tensor guidance) {
    return timeConditioning.apply(new TimeConditioning.Input(times, guidance));
  }

  /**
   * Embeds the text and computes the arguments that all blocks share.
   *
   * @param input the arguments of the network
   * @param time (B, width), from {@link #time(SanaInput)}
   * @return tensors owned by the current scope
   * @throws TensorException if height or width of the latents is not a multiple of the patch size
   */
  public SanaBlock.Condition condition(SanaInput input, Tensor time) {
    Tensor latents = input.latents();
    int patch = config.patchSize();
    if (latents.rank() != 4 || latents.size(2) % patch != 0 || latents.size(3) % patch != 0) {
      throw new TensorException(
          "latents " + latents + " cannot be divided into patches of " + patch);
    }
    return new SanaBlock.Condition(
        captionProjection.apply(input.text()),
        textBias(input.textMask(), time.dtype()),
        modulation.apply(Functional.silu(time)).unflatten(1, 6, -1),
        new Grid(latents.size(2) / patch, latents.size(3) / patch));
  }

  /** Maps a (B, L) mask to (B, 1, 1, L): 0 for a token, far below any score for padding. */
  private static Tensor textBias(Tensor mask, DType dtype) {
    return mask.to(dtype).add(-1).mul(-HIDDEN_SCORE).unsqueeze(1).unsqueeze(1);
  }

  /**
   * Maps latents (B, C, H, W) to tokens (B, H / p * W / p, width) and adds positions if the model
   * has them.
   */
  private static final class PatchEmbedding extends Layer<Tensor> {
    private final SanaConfig config;
    private final Conv2d projection;

    PatchEmbedding(Weights weights, SanaConfig config) {
      this.config = config;
      int patch = config.patchSize();
      Geometry geometry =
          Geometry.same(config.inChannels(), config.width(), patch)
              .withStride(patch)
              .withPadding(0);
      projection = own(Conv2d.load(weights.at("proj"), geometry));
    }

    @Override
    protected Tensor forward(Tensor latents) {
      Tensor patches = projection.apply(latents); // (B, width, H / p, W / p)
      Tensor tokens = Grid.tokens(patches);
      if (config.interpolationScale() == 0) {
        return tokens;
      }
      Tensor positions =
          SinusoidalEmbedding.ofGrid(
              new Grid(patches.size(2), patches.size(3)),
              config.width(),
              config.sampleSize() / config.patchSize(),
              config.interpolationScale(),
              tokens.device());
      return tokens.add(positions.to(tokens.dtype()));
    }
  }

  /** Embeds the timestep and, for Sprint, adds the embedded guidance scale: (B, width). */
  private static final class TimeConditioning extends Layer<TimeConditioning.Input> {
    private final TimeEmbedding time;
    private final @Nullable TimeEmbedding guidance;

    /**
     * The arguments.
     *
     * @param times (B)
     * @param guidance (B) as the network receives it, or null for a model without that input
     */
    record Input(Tensor times, @Nullable Tensor guidance) {}

    TimeConditioning(Weights weights, SanaConfig config) {
      boolean guided = config.guidanceEmbedding();
      Weights timeWeights = weights.at(guided ? "timestep_embedder" : "emb.timestep_embedder");
      time = own(new TimeEmbedding(timeWeights, config.width()));
      guidance =
          guided ? own(new TimeEmbedding(weights.at("guidance_embedder"), config.width())) : null;
    }

    @Override
    protected Tensor forward(Input input) {
      Tensor embedded = time.apply(input.times());
      if (guidance == null) {
        return embedded;
      }
      if (input.guidance() == null) {
        throw new TensorException("this model needs a guidance scale as input, but got none");
      }
      return embedded.add(guidance.apply(input.guidance()));
    }
  }

  /** Embeds a timestep or a guidance scale (B) to (B, width): sinusoids and two linear maps. */
  private static final class TimeEmbedding extends Layer<Tensor> {
    private static final int WAVES = 256;

    private final Linear first;
    private final Linear second;

    TimeEmbedding(Weights weights, int width) {
      first = own(Linear.load(weights.at("linear_1"), WAVES, width));
      second = own(Linear.load(weights.at("linear_2"), width, width));
    }

    @Override
    protected Tensor forward(Tensor numbers) {
      Tensor waves = SinusoidalEmbedding.ofTime(numbers, WAVES).to(first.dtype());
      return second.apply(Functional.silu(first.apply(waves)));
    }
  }

  /** Maps text embeddings (B, L, caption channels) to (B, L, width), normalized. */
  private static final class CaptionProjection extends Layer<Tensor> {
    private static final double NORM_EPS = 1e-5;

    private final Linear first;
    private final Linear second;
    private final RmsNorm norm;

    CaptionProjection(Weights weights, SanaConfig config) {
      int width = config.width();
      Weights projection = weights.at("caption_projection");
      first = own(Linear.load(projection.at("linear_1"), config.captionChannels(), width));
      second = own(Linear.load(projection.at("linear_2"), width, width));
      norm = own(RmsNorm.load(weights.at("caption_norm"), width, NORM_EPS));
    }

    @Override
    protected Tensor forward(Tensor text) {
      return norm.apply(second.apply(Functional.geluTanh(first.apply(text))));
    }
  }
}
