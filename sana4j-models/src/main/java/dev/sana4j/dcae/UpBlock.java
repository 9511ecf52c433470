package dev.sana4j.dcae;

import dev.sana4j.nn.Conv2d;
import dev.sana4j.nn.Conv2d.Geometry;
import dev.sana4j.nn.Layer;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Weights;

/**
 * Doubles height and width, by repeating pixels or by moving channels to pixels; the shortcut adds
 * the repeated and shuffled input (arXiv 2410.10733, figure 4).
 */
final class UpBlock extends Layer<Tensor> {
  private final Conv2d convolution;
  private final int repeats;
  private final boolean interpolate;
  private final boolean shortcut;

  UpBlock(Weights weights, int in, int out, boolean interpolate, boolean shortcut) {
    this.repeats = out * 4 / in;
    this.interpolate = interpolate;
    this.shortcut = shortcut;
    Geometry geometry = Geometry.same(in, interpolate ? out : 4 * out, 3);
    convolution = own(Conv2d.load(weights.at("conv"), geometry));
  }

  @Override
  protected Tensor forward(Tensor input) {
    Tensor larger =
        interpolate
            ? convolution.apply(Functional.upsampleNearest(input, 2))
            : Functional.pixelShuffle(convolution.apply(input), 2);
    if (!shortcut) {
      return larger;
    }
    return larger.add(Functional.pixelShuffle(input.repeatInterleave(repeats, 1), 2));
  }
}
