package dev.sana4j.nn;

import dev.sana4j.nn.Conv2d.Geometry;
import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Weights;
import java.util.List;

/**
 * The gated inverted bottleneck of SANA's Mix-FFN and of DC-AE (arXiv 2410.10629, figure 5). It
 * consists of a 1x1 convolution to twice the hidden channels, SiLU, a depthwise 3x3 convolution, a
 * gate and a 1x1 convolution. In the gate, half of the channels multiply the other half. (B, in, H,
 * W) to (B, out, H, W).
 */
public final class GluMbConv extends Layer<Tensor> {
  private final Conv2d inverted;
  private final Conv2d depthwise;
  private final Conv2d pointwise;

  /**
   * Reads {@code conv_inverted}, {@code conv_depth} and {@code conv_point}.
   *
   * @param weights the weights to read from
   * @param channels number of input and output channels
   * @param hidden number of channels after the gate
   */
  public GluMbConv(Weights weights, int channels, int hidden) {
    inverted =
        own(Conv2d.load(weights.at("conv_inverted"), Geometry.same(channels, 2 * hidden, 1)));
    depthwise = own(Conv2d.load(weights.at("conv_depth"), Geometry.depthwise(2 * hidden, 3)));
    pointwise =
        own(
            Conv2d.load(
                weights.at("conv_point"), Geometry.same(hidden, channels, 1).withoutBias()));
  }

  @Override
  protected Tensor forward(Tensor input) {
    boolean pixelByPixel = input.dtype() != DType.FLOAT16 && input.device().isCpu();
    return pixelByPixel ? channelsLast(input) : channelsFirst(input);
  }

  private Tensor channelsFirst(Tensor input) {
    Tensor expanded = Functional.silu(inverted.apply(input)); // (B, 2 * hidden, H, W)
    return pointwise.apply(gated(depthwise.apply(expanded), 1));
  }

  /**
   * Computes the 1x1 convolutions as linear maps of pixels. On a CPU these are faster in bfloat16:
   * such a convolution took twice as long at width 2240, with AVX-512 BF16. They are also faster
   * with gradients: with convolutions, a training step at width 192 in float32 took 1.24 times as
   * long.
   */
  private Tensor channelsLast(Tensor input) {
    Tensor pixels = input.permute(0, 2, 3, 1); // (B, H, W, C)
    Tensor expanded = Activation.silu(inverted.applyToPixels(pixels));
    Tensor mixed = depthwise.apply(expanded.permute(0, 3, 1, 2)).permute(0, 2, 3, 1);
    if (Autograd.mayOverwrite(mixed)) {
      expanded.close(); // these are the largest tensors of a network, so their memory is reused
    }
    return pointwise.applyToPixels(gated(mixed, 3)).permute(0, 3, 1, 2);
  }

  private static Tensor gated(Tensor both, int dimension) {
    List<Tensor> halves = both.chunk(2, dimension);
    Tensor gate = Functional.silu(halves.get(1));
    return Autograd.mayOverwrite(gate) ? gate.mul_(halves.get(0)) : halves.get(0).mul(gate);
  }
}
