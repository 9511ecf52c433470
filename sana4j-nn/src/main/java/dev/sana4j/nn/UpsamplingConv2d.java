package dev.sana4j.nn;

import dev.sana4j.nn.Conv2d.Geometry;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Int8Convolution;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.tensor.Winograd;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Repeats every pixel two by two and applies a 3x3 convolution: (B, in, H, W) to (B, out, 2H, 2W).
 *
 * <p>Several of the nine pixels under a kernel are equal. Each of a pixel's four outputs is
 * therefore a convolution of 2x2 pixels with sums of weights. A {@linkplain #prepare prepared}
 * layer uses this and needs four ninths of the products.
 */
public final class UpsamplingConv2d extends Layer<Tensor> {
  private final Conv2d convolution;
  private @Nullable Tensor kernels;
  private @Nullable Tensor biases;
  private @Nullable Tensor tileKernels;
  private @Nullable Int8Convolution rounded;

  /**
   * Reads {@code weight} (out, in, 3, 3) and {@code bias} (out).
   *
   * @param weights the weights to read from
   * @param in number of input channels
   * @param out number of output channels
   */
  public UpsamplingConv2d(Weights weights, int in, int out) {
    convolution = own(Conv2d.load(weights, Geometry.same(in, out, 3)));
  }

  /** Computes the kernels of a pixel's four outputs, (4 * out, in, 2, 2), row by row. */
  @Override
  protected void derive() {
    List<Parameter> parameters = convolution.parameters();
    Parameter weight = parameters.get(0);
    List<Tensor> four = new ArrayList<>();
    for (Tensor rows : halves(weight.value().to(DType.FLOAT32), 2)) {
      four.addAll(halves(rows, 3));
    }
    Tensor bias = parameters.get(1).value();
    kernels = ownDerived(Tensors.cat(four, 0).to(weight.dtype()).channelsLast());
    biases = ownDerived(Tensors.cat(List.of(bias, bias, bias, bias), 0));
  }

  /**
   * Combines the three weights along a dimension into two for the first and two for the second
   * output.
   */
  private static List<Tensor> halves(Tensor weight, int dimension) {
    Tensor first = weight.narrow(dimension, 0, 1);
    Tensor middle = weight.narrow(dimension, 1, 1);
    Tensor last = weight.narrow(dimension, 2, 1);
    return List.of(
        Tensors.cat(List.of(first, middle.add(last)), dimension),
        Tensors.cat(List.of(first.add(middle), last), dimension));
  }

  /** Computes the kernels on first use. */
  private synchronized Tensor tileKernels(Tensor four) {
    Tensor made = tileKernels;
    if (made == null) {
      made = ownDerived(Winograd.kernels(four));
      tileKernels = made;
    }
    return made;
  }

  /** Quantizes the four kernels if they exist. */
  @Override
  protected void deriveInt8() {
    if (kernels != null) {
      rounded = ownDerived(Int8Convolution.of(kernels, biases, 1));
    }
  }

  @Override
  protected Tensor forward(Tensor input) {
    if (rounded != null) {
      return interleaved(rounded.apply(input));
    }
    if (kernels == null) {
      return convolution.apply(Functional.upsampleNearest(input, 2));
    }
    return interleaved(
        Winograd.suits(input, kernels.size(0))
            ? Winograd.convolve(input, tileKernels(kernels), biases)
            : Functional.conv2d(input, kernels, biases, 1, 1, 1));
  }

  /**
   * Interleaves the four outputs of the pixels. The convolution has one more row and column than
   * the input: the outputs in the second row and column of a pixel start one position later. (B, 4
   * * out, H + 1, W + 1) to (B, out, 2H, 2W).
   */
  private static Tensor interleaved(Tensor four) {
    long height = four.size(2) - 1;
    long width = four.size(3) - 1;
    List<Tensor> outputs = four.permute(0, 2, 3, 1).chunk(4, 3); // each (B, H + 1, W + 1, out)
    Tensor doubled =
        Tensors.empty(
            four.dtype(), four.device(), four.size(0), height, 2, width, 2, four.size(1) / 4);
    for (int row = 0; row < 2; row++) {
      for (int column = 0; column < 2; column++) {
        doubled
            .narrow(2, row, 1)
            .narrow(4, column, 1)
            .copy_(
                outputs
                    .get(2 * row + column)
                    .narrow(1, row, height)
                    .narrow(2, column, width)
                    .unsqueeze(2)
                    .unsqueeze(4));
      }
    }
    return doubled.flatten(1, 2).flatten(2, 3).permute(0, 3, 1, 2);
  }
}
