package dev.sana4j.nn;

import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Int8Convolution;
import dev.sana4j.tensor.Int8Linear;
import dev.sana4j.tensor.Int8Product;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Winograd;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.Weights;
import org.jspecify.annotations.Nullable;

/** A two-dimensional convolution: (B, in, H, W) to (B, out, H', W'). */
public final class Conv2d extends Layer<Tensor> implements AffineMap {
  private final Geometry geometry;
  private final Parameter weight;
  private final @Nullable Parameter bias;
  private final AttachedAdapters adapters = new AttachedAdapters();
  private @Nullable Int8Product rounded;
  private boolean prepared;
  private @Nullable Tensor tileKernels;

  /**
   * The sizes of a convolution with a square kernel.
   *
   * @param in number of input channels
   * @param out number of output channels
   * @param kernel side of the kernel
   * @param stride stride in both directions
   * @param padding number of zeros added on each side
   * @param groups number of channel groups that are convolved separately
   * @param hasBias whether there is a bias
   */
  public record Geometry(
      int in, int out, int kernel, int stride, int padding, int groups, boolean hasBias) {

    /**
     * Returns the geometry of a convolution that keeps height and width.
     *
     * @param in number of input channels
     * @param out number of output channels
     * @param kernel side of the kernel, odd
     * @return stride 1, padding of half the kernel, one group, with bias
     */
    public static Geometry same(int in, int out, int kernel) {
      return new Geometry(in, out, kernel, 1, kernel / 2, 1, true);
    }

    /**
     * Returns the geometry of a depthwise convolution: a separate kernel per channel.
     *
     * @param channels number of input and output channels
     * @param kernel side of the kernel, odd
     * @return stride 1, padding of half the kernel, with bias
     */
    public static Geometry depthwise(int channels, int kernel) {
      return new Geometry(channels, channels, kernel, 1, kernel / 2, channels, true);
    }

    /** Returns whether the convolution maps each position by itself. */
    boolean isPointwise() {
      return kernel == 1 && stride == 1 && padding == 0 && groups == 1;
    }

    /**
     * Returns a copy without bias.
     *
     * @return the new geometry
     */
    public Geometry withoutBias() {
      return new Geometry(in, out, kernel, stride, padding, groups, false);
    }

    /**
     * Returns a copy with another stride.
     *
     * @param steps stride in both directions
     * @return the new geometry
     */
    public Geometry withStride(int steps) {
      return new Geometry(in, out, kernel, steps, padding, groups, hasBias);
    }

    /**
     * Returns a copy with another padding.
     *
     * @param zeros number of zeros added on each side
     * @return the new geometry
     */
    public Geometry withPadding(int zeros) {
      return new Geometry(in, out, kernel, stride, zeros, groups, hasBias);
    }

    /**
     * Returns a copy with another number of groups.
     *
     * @param count number of groups
     * @return the new geometry
     */
    public Geometry withGroups(int count) {
      return new Geometry(in, out, kernel, stride, padding, count, hasBias);
    }
  }

  private Conv2d(Geometry geometry, Parameter weight, @Nullable Parameter bias) {
    this.geometry = geometry;
    this.weight = own(weight);
    this.bias = bias == null ? null : own(bias);
  }

  /**
   * Reads {@code weight} (out, in / groups, K, K) and, if the geometry has one, {@code bias} (out).
   *
   * @param weights the weights to read from
   * @param geometry the sizes
   * @return the layer
   */
  public static Conv2d load(Weights weights, Geometry geometry) {
    int kernel = geometry.kernel();
    return new Conv2d(
        geometry,
        weights.matrix("weight", geometry.out(), geometry.in() / geometry.groups(), kernel, kernel),
        geometry.hasBias() ? weights.parameter("bias", geometry.out()) : null);
  }

  @Override
  public void attach(Adapter adapter) {
    if (!geometry.isPointwise()) {
      throw new IllegalStateException(weight.name() + " is not a 1x1 convolution");
    }
    adapters.add(adapter);
  }

  @Override
  public void detach(Adapter adapter) {
    adapters.remove(adapter);
  }

  @Override
  public Parameter weight() {
    return weight;
  }

  @Override
  public @Nullable Parameter bias() {
    return bias;
  }

  /** Returns whether an adapter can be attached. */
  boolean isPointwise() {
    return geometry.isPointwise();
  }

  /** Convolutions with groups or a stride are not quantized. */
  @Override
  protected void deriveInt8() {
    if (geometry.groups() == 1 && geometry.stride() == 1) {
      rounded = ownDerived(inInt8(bias == null ? null : bias.value()));
    }
  }

  private Int8Product inInt8(@Nullable Tensor bias) {
    if (geometry.kernel() != 1) {
      return Int8Convolution.of(weight.value(), bias, geometry.padding());
    }
    Tensor scales = weight.scale();
    return scales == null
        ? Int8Linear.of(weight.value(), bias)
        : Int8Linear.ofRounded(weight.value(), scales, bias);
  }

  @Override
  protected void derive() {
    prepared = true;
  }

  @Override
  public @Nullable RowReach reach() {
    boolean same = geometry.stride() == 1 && 2 * geometry.padding() + 1 == geometry.kernel();
    return same ? RowReach.near(geometry.padding()) : null;
  }

  /** Returns whether the convolution is computed in Winograd tiles. */
  private boolean isTiled(Tensor input) {
    return prepared
        && geometry.kernel() == 3
        && geometry.stride() == 1
        && geometry.padding() == 1
        && geometry.groups() == 1
        && Winograd.suits(input, geometry.out());
  }

  /** Computes the kernels on first use, since often only one half of an autoencoder is used. */
  private synchronized Tensor tileKernels() {
    Tensor made = tileKernels;
    if (made == null) {
      made = ownDerived(Winograd.kernels(weight.value()));
      tileKernels = made;
    }
    return made;
  }

  @Override
  protected Tensor forward(Tensor input) {
    Tensor own = convolved(input);
    return adapters.isEmpty()
        ? own
        : adapters
            .apply(input.permute(0, 2, 3, 1), own.permute(0, 2, 3, 1)) // (B, H, W, C)
            .permute(0, 3, 1, 2);
  }

  private Tensor convolved(Tensor input) {
    if (rounded != null) {
      return geometry.kernel() == 1
          ? rounded.apply(input.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
          : rounded.apply(input);
    }
    if (isTiled(input)) {
      return Winograd.convolve(input, tileKernels(), bias == null ? null : bias.value());
    }
    return Functional.conv2d(
        input,
        weight.operand(),
        bias == null ? null : bias.value(),
        geometry.stride(),
        geometry.padding(),
        geometry.groups());
  }

  /** Applies a 1x1 convolution to pixels with channels last: (..., in) to (..., out). */
  Tensor applyToPixels(Tensor pixels) {
    return TensorScope.tidy(() -> adapters.apply(pixels, product(pixels)));
  }

  private Tensor product(Tensor pixels) {
    return rounded == null
        ? Functional.linear(
            pixels, weight.operand().flatten(1, 3), bias == null ? null : bias.value())
        : rounded.apply(pixels);
  }
}
