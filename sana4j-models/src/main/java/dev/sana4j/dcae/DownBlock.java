package dev.sana4j.dcae;

import dev.sana4j.nn.Conv2d;
import dev.sana4j.nn.Conv2d.Geometry;
import dev.sana4j.nn.Layer;
import dev.sana4j.nn.RowReach;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Weights;

/**
 * Halves height and width with a strided convolution or by rearranging pixels to channels. The
 * shortcut adds the means of the channel groups of the unshuffled input (arXiv 2410.10733, figure
 * 4).
 */
final class DownBlock extends Layer<Tensor> {
  private final Conv2d convolution;
  private final int out;
  private final boolean unshuffle;
  private final boolean shortcut;

  DownBlock(Weights weights, int in, int out, boolean unshuffle, boolean shortcut) {
    this.out = out;
    this.unshuffle = unshuffle;
    this.shortcut = shortcut;
    Geometry geometry =
        unshuffle ? Geometry.same(in, out / 4, 3) : Geometry.same(in, out, 3).withStride(2);
    convolution = own(Conv2d.load(weights.at("conv"), geometry));
  }

  /** The margin is two rows instead of one, because pairs of rows must stay together. */
  @Override
  public RowReach reach() {
    return new RowReach(1, 2, 2);
  }

  @Override
  protected Tensor forward(Tensor input) {
    Tensor convolved = convolution.apply(input);
    Tensor smaller = unshuffle ? Functional.pixelUnshuffle(convolved, 2) : convolved;
    if (!shortcut) {
      return smaller;
    }
    Tensor groups = Functional.pixelUnshuffle(input, 2).unflatten(1, out, -1); // (B, out, g, H, W)
    return smaller.add(groups.mean(2, false));
  }
}
