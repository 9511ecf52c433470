package dev.sana4j.sana;

import dev.sana4j.nn.Conv2d;
import dev.sana4j.nn.Conv2d.Geometry;
import dev.sana4j.nn.Layer;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Weights;

/**
 * Latent (B, C, H, W) to tokens (B, H / p * W / p, width), with positions if the model has them.
 */
final class PatchEmbedding extends Layer<Tensor> {
  private final SanaConfig config;
  private final Conv2d projection;

  PatchEmbedding(Weights weights, SanaConfig config) {
    this.config = config;
    int patch = config.patchSize();
    Geometry geometry =
        Geometry.same(config.inChannels(), config.width(), patch).withStride(patch).withPadding(0);
    projection = own(Conv2d.load(weights.at("proj"), geometry));
  }

  @Override
  protected Tensor forward(Tensor latents) {
    Tensor patches = projection.apply(latents); // (B, width, H / p, W / p)
    Tensor tokens = patches.flatten(2, 3).transpose(1, 2);
    if (config.interpolationScale() == 0) {
      return tokens;
    }
    Tensor positions =
        SinusoidalEmbedding.ofGrid(
            patches.size(2),
            patches.size(3),
            config.width(),
            config.sampleSize() / config.patchSize(),
            config.interpolationScale());
    return tokens.add(positions.to(tokens.device()).to(tokens.dtype()));
  }
}
