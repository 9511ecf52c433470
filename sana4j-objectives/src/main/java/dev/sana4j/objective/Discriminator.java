package dev.sana4j.objective;

import dev.sana4j.nn.ChannelNorm;
import dev.sana4j.nn.Conv2d;
import dev.sana4j.nn.Conv2d.Geometry;
import dev.sana4j.nn.Layer;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * Classifies each patch as image or reconstruction (PatchGAN, arXiv 1611.07004, section 3.2.2).
 * Maps (B, 3, H, W) to logits (B, 1, H / 2^layers, W / 2^layers) in float32. It has the norms and
 * activations of the autoencoder.
 */
public final class Discriminator extends Layer<Tensor> {
  private static final int WIDEST = 8;

  private final List<Conv2d> convolutions = new ArrayList<>();
  private final List<ChannelNorm> norms = new ArrayList<>();
  private final Conv2d output;
  private final DType dtype;

  /**
   * Reads the weights.
   *
   * @param weights source of the weights
   * @param width channels of the first layer
   * @param layers number of layers; each halves the image
   */
  public Discriminator(Weights weights, int width, int layers) {
    int in = 3;
    for (int i = 0; i < layers; i++) {
      int out = width * Math.min(1 << Math.min(i, 30), WIDEST);
      Weights layer = weights.at("layers").at(i);
      Geometry halving = Geometry.same(in, out, 4).withStride(2).withPadding(1);
      convolutions.add(own(Conv2d.load(layer.at("conv"), halving)));
      norms.add(own(new ChannelNorm(layer.at("norm"), out, 1e-5)));
      in = out;
    }
    output = own(Conv2d.load(weights.at("conv_out"), Geometry.same(in, 1, 3)));
    dtype = parameters().get(0).dtype();
  }

  @Override
  protected Tensor forward(Tensor images) {
    Tensor hidden = images.to(dtype);
    for (int i = 0; i < convolutions.size(); i++) {
      hidden = Functional.silu(norms.get(i).apply(convolutions.get(i).apply(hidden)));
    }
    return output.apply(hidden).to(DType.FLOAT32);
  }
}
