package dev.sana4j.dcae;

import dev.sana4j.nn.Activation;
import dev.sana4j.nn.ChannelNorm;
import dev.sana4j.nn.Conv2d;
import dev.sana4j.nn.Conv2d.Geometry;
import dev.sana4j.nn.Layer;
import dev.sana4j.nn.RowReach;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Weights;

/** Two 3x3 convolutions with SiLU between them, normalized and added to the input. */
final class ResBlock extends Layer<Tensor> {
  private final Conv2d first;
  private final Conv2d second;
  private final ChannelNorm norm;

  ResBlock(Weights weights, int channels) {
    first = own(Conv2d.load(weights.at("conv1"), Geometry.same(channels, channels, 3)));
    second =
        own(Conv2d.load(weights.at("conv2"), Geometry.same(channels, channels, 3).withoutBias()));
    norm = own(new ChannelNorm(weights.at("norm"), channels, 1e-5));
  }

  @Override
  public RowReach reach() {
    return RowReach.near(2); // one for each convolution
  }

  @Override
  protected Tensor forward(Tensor input) {
    Tensor inner = Activation.silu(first.apply(input));
    return norm.addTo(input, second.apply(inner));
  }
}
