package dev.sana4j.sana;

import dev.sana4j.nn.Layer;
import dev.sana4j.nn.Linear;
import dev.sana4j.nn.RmsNorm;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Weights;

/** Text embeddings (B, L, caption channels) to (B, L, width), normalized. */
final class CaptionProjection extends Layer<Tensor> {
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
