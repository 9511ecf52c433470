package dev.sana4j.dcae;

import dev.sana4j.nn.Conv2d;
import dev.sana4j.nn.Conv2d.Geometry;
import dev.sana4j.nn.Layer;
import dev.sana4j.nn.RowReach;
import dev.sana4j.nn.UpsamplingConv2d;
import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Weights;

/**
 * Doubles height and width by repeating pixels or by rearranging channels to pixels. The shortcut
 * adds the repeated and shuffled input (arXiv 2410.10733, figure 4).
 */
final class UpBlock extends Layer<Tensor> {
  private final Layer<Tensor> convolution;
  private final int repeats;
  private final boolean interpolate;
  private final boolean shortcut;

  UpBlock(Weights weights, int in, int out, boolean interpolate, boolean shortcut) {
    this.repeats = out * 4 / in;
    this.interpolate = interpolate;
    this.shortcut = shortcut;
    Weights conv = weights.at("conv");
    convolution =
        interpolate
            ? own(new UpsamplingConv2d(conv, in, out))
            : own(Conv2d.load(conv, Geometry.same(in, 4 * out, 3)));
  }

  @Override
  public RowReach reach() {
    return new RowReach(2, 1, 1);
  }

  @Override
  protected Tensor forward(Tensor input) {
    Tensor larger =
        interpolate
            ? convolution.apply(input)
            : Functional.pixelShuffle(convolution.apply(input), 2);
    if (!shortcut) {
      return larger;
    }
    return 4 % repeats == 0 && interpolate && Autograd.mayOverwrite(larger)
        ? addRepeated(larger, input, repeats)
        : larger.add(repeated(input, repeats));
  }

  /** Adds {@link #repeated} in place, without allocating it. */
  private static Tensor addRepeated(Tensor larger, Tensor input, int repeats) {
    long height = input.size(2);
    long width = input.size(3);
    larger
        .permute(0, 2, 3, 1)
        .unflatten(2, width, 2)
        .unflatten(1, height, 2) // (B, H, 2, W, 2, out)
        .add_(channelsOfPixels(input, repeats).contiguous(), 1);
    return larger;
  }

  /**
   * Returns the channels of each pixel as channels of the four new pixels, (B, H, 1 or 2, W, 1 or
   * 2, out).
   */
  private static Tensor channelsOfPixels(Tensor input, int repeats) {
    int rows = repeats == 4 ? 1 : 2; // number of distinct ones among the two of a doubled pixel
    int columns = repeats == 1 ? 2 : 1;
    return input
        .permute(0, 2, 3, 1)
        .unflatten(3, -1, rows, columns) // (B, H, W, out, rows, columns)
        .permute(0, 1, 4, 2, 5, 3);
  }

  /** Repeats each channel {@code repeats} times, then rearranges four channels to pixels. */
  static Tensor repeated(Tensor input, int repeats) {
    if (4 % repeats != 0) {
      return Functional.pixelShuffle(input.repeatInterleave(repeats, 1), 2);
    }
    return channelsOfPixels(input, repeats)
        .expand(-1, -1, 2, -1, 2, -1) // (B, H, 2, W, 2, out)
        .reshape(input.size(0), 2 * input.size(2), 2 * input.size(3), -1)
        .permute(0, 3, 1, 2);
  }
}
