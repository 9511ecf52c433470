package dev.sana4j.inception;

import dev.sana4j.nn.Activation;
import dev.sana4j.nn.Layer;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Functional.BatchStatistics;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.tensor.VisionOps;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.Weights;
import org.jspecify.annotations.Nullable;

/**
 * A convolution without bias, batch normalization with stored statistics, and max(x, 0). {@link
 * #prepare} folds the normalization into the convolution.
 */
final class ConvUnit extends Layer<Tensor> {
  private static final double EPS = 1e-3;

  private final Shape shape;
  private final Parameter kernel;
  private final Parameter scale;
  private final Parameter offset;
  private final Parameter mean;
  private final Parameter variance;
  private @Nullable Tensor foldedKernel;
  private @Nullable Tensor foldedOffset;

  /**
   * The sizes of a convolution.
   *
   * @param name the last part of its path
   * @param out number of output channels
   * @param height height of the kernel
   * @param width width of the kernel
   * @param stride stride in both directions
   * @param padded whether zeros around the input keep its size
   */
  record Shape(String name, int out, int height, int width, int stride, boolean padded) {
    /** Returns a square convolution that keeps the size. */
    static Shape same(String name, int out, int side) {
      return new Shape(name, out, side, side, 1, true);
    }

    /** Returns a convolution that keeps the size, with a kernel of any form. */
    static Shape same(String name, int out, int height, int width) {
      return new Shape(name, out, height, width, 1, true);
    }

    /** Returns a 3 x 3 convolution without padding. */
    static Shape shrinking(String name, int out, int stride) {
      return new Shape(name, out, 3, 3, stride, false);
    }
  }

  ConvUnit(Weights weights, int in, Shape shape) {
    this.shape = shape;
    kernel =
        own(weights.at("conv").parameter("weight", shape.out(), in, shape.height(), shape.width()));
    Weights norm = weights.at("bn");
    scale = own(norm.parameter("weight", shape.out()));
    offset = own(norm.parameter("bias", shape.out()));
    mean = own(norm.parameter("running_mean", shape.out()));
    variance = own(norm.parameter("running_var", shape.out()));
    norm.ignore("num_batches_tracked");
  }

  @Override
  protected void derive() {
    Tensor factor = scale.value().mul(variance.value().add(EPS).rsqrt());
    foldedKernel = ownDerived(kernel.value().mul(factor.reshape(-1, 1, 1, 1)).channelsLast());
    foldedOffset = ownDerived(offset.value().sub(mean.value().mul(factor)));
  }

  @Override
  protected Tensor forward(Tensor input) {
    if (foldedKernel != null && foldedOffset != null) {
      return Activation.relu(convolved(input, foldedKernel, foldedOffset));
    }
    Tensor none = Tensors.zeros(input.dtype(), input.device(), shape.out());
    BatchStatistics kept =
        new BatchStatistics(scale.value(), offset.value(), mean.value(), variance.value());
    return Activation.relu(
        Functional.batchNorm(convolved(input, kernel.value(), none), kept, false, EPS));
  }

  private Tensor convolved(Tensor input, Tensor weight, Tensor bias) {
    int paddingY = shape.padded() ? shape.height() / 2 : 0;
    int paddingX = shape.padded() ? shape.width() / 2 : 0;
    return VisionOps.convolve(input, weight, bias, shape.stride(), paddingY, paddingX);
  }
}
