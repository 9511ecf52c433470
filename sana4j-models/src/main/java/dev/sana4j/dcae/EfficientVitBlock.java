package dev.sana4j.dcae;

import dev.sana4j.nn.ChannelNorm;
import dev.sana4j.nn.GluMbConv;
import dev.sana4j.nn.Layer;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Weights;
import java.util.List;

/** Multi-scale attention, then a gated convolution; each is normalized and added to its input. */
final class EfficientVitBlock extends Layer<Tensor> {
  private static final int EXPANSION = 4;

  private final MultiScaleAttention attention;
  private final GluMbConv convolution;
  private final ChannelNorm norm;

  EfficientVitBlock(Weights weights, int channels, int headWidth, List<Integer> scales) {
    attention = own(new MultiScaleAttention(weights.at("attn"), channels, headWidth, scales));
    convolution = own(new GluMbConv(weights.at("conv_out"), channels, EXPANSION * channels));
    norm = own(new ChannelNorm(weights.at("conv_out").at("norm"), channels, 1e-5));
  }

  @Override
  protected Tensor forward(Tensor input) {
    Tensor attended = attention.apply(input);
    return norm.addTo(attended, convolution.apply(attended));
  }
}
