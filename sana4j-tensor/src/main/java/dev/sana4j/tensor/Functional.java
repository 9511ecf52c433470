package dev.sana4j.tensor;

import com.google.errorprone.annotations.CheckReturnValue;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Functions of neural networks that have no parameters stored in them. */
@CheckReturnValue
public final class Functional {
  /** libtorch's number of the reduction "sum". */
  private static final long SUM_OF_ENTRIES = 2;

  private static final long NO_CLASS = -1;

  private Functional() {}

  /** A native call with an optional argument. */
  interface OptionalCall {
    org.bytedeco.pytorch.Tensor run(TensorOptional argument);
  }

  static Tensor withOptional(
      String operation, @Nullable Tensor optional, OptionalCall body, Tensor... operands) {
    if (optional == null) {
      return TensorHandle.call(operation, () -> body.run(NativeArguments.NO_TENSOR), operands);
    }
    DryRun.requireOneDevice(operation, operands[0], optional);
    return TensorHandle.call(
        operation,
        () -> {
          try (TensorOptional argument = new TensorOptional(optional.handle())) {
            return body.run(argument);
          }
        },
        operands);
  }

  /**
   * Applies an affine map to the last dimension.
   *
   * @param input (..., in)
   * @param weight (out, in)
   * @param bias (out), or null for none
   * @return (..., out)
   */
  public static Tensor linear(Tensor input, Tensor weight, @Nullable Tensor bias) {
    if (OneDnn.suits(input, weight, bias)) {
      return OneDnn.linear(input, weight, bias);
    }
    return withOptional(
        "linear", bias, b -> torch.linear(input.handle(), weight.handle(), b), input, weight);
  }

  /**
   * Applies a two-dimensional convolution with zero padding on all sides.
   *
   * @param input (B, in, H, W)
   * @param weight (out, in / groups, K, K)
   * @param bias (out), or null for none
   * @param stride stride in both directions
   * @param padding number of zeros added on each side
   * @param groups number of channel groups that are convolved separately
   * @return (B, out, H', W')
   */
  public static Tensor conv2d(
      Tensor input, Tensor weight, @Nullable Tensor bias, int stride, int padding, int groups) {
    long[] strides = {stride, stride};
    long[] paddings = {padding, padding};
    long[] dilations = {1, 1};
    if (DryRun.isMeta(input)) {
      return MetaKernels.convolve(input, weight, bias, stride, paddings, groups);
    }
    return withOptional(
        "conv2d",
        bias,
        b -> torch.conv2d(input.handle(), weight.handle(), b, strides, paddings, dilations, groups),
        input,
        weight);
  }

  /**
   * Normalizes the last dimension to mean 0 and variance 1, without affine parameters.
   *
   * @param input (..., C)
   * @param eps a small number added to the variance
   * @return a tensor of the same shape
   */
  public static Tensor layerNorm(Tensor input, double eps) {
    long[] normalized = {input.size(-1)};
    if (DryRun.isMeta(input)) {
      return MetaKernels.layerNorm(input, eps);
    }
    return input.unary(
        "layerNorm",
        t ->
            torch.layer_norm(
                t, normalized, NativeArguments.NO_TENSOR, NativeArguments.NO_TENSOR, eps, false));
  }

  /**
   * Applies root-mean-square normalization to the last dimension (arXiv 1910.07467), in float32.
   *
   * @param input (..., C)
   * @param weight (C)
   * @param eps a small number added to the mean of squares
   * @return x / rms(x) * weight, in the dtype of the input
   */
  public static Tensor rmsNorm(Tensor input, Tensor weight, double eps) {
    long[] normalized = {input.size(-1)};
    return withOptional(
        "rmsNorm",
        weight,
        w -> {
          try (DoubleOptional epsilon = new DoubleOptional(eps)) {
            return torch.rms_norm(input.handle(), normalized, w, epsilon);
          }
        },
        input,
        weight);
  }

  /**
   * Returns the Euclidean length of each vector of the last dimension, accumulated in float32.
   *
   * @param input (..., C)
   * @return (..., 1), float32
   */
  public static Tensor length(Tensor input) {
    return Operators.tensor(
        "aten::linalg_vector_norm", input, 2.0, new long[] {-1}, true, DType.FLOAT32);
  }

  /**
   * Multiplies two tensors and adds a third in one pass.
   *
   * @param base a tensor broadcast against the others
   * @param first a tensor broadcast against the others
   * @param second a tensor broadcast against the others
   * @return base + first * second
   */
  public static Tensor multiplyAdd(Tensor base, Tensor first, Tensor second) {
    return TensorHandle.call(
        "multiplyAdd",
        () -> {
          try (Scalar one = new Scalar(1)) {
            return torch.addcmul(base.handle(), first.handle(), second.handle(), one);
          }
        },
        base,
        first,
        second);
  }

  /**
   * Applies softmax along a dimension.
   *
   * @param input a tensor of any shape
   * @param dimension the dimension along which the results sum to 1
   * @return a tensor of the same shape
   */
  public static Tensor softmax(Tensor input, int dimension) {
    return input.unary("softmax", t -> t.softmax(dimension));
  }

  /**
   * Computes scaled dot-product attention: softmax(q k^T / sqrt(D) + bias) v.
   *
   * @param query (B, heads, L, D)
   * @param key (B, heads, S, D)
   * @param value (B, heads, S, D)
   * @param bias added to the scores, broadcast against (B, heads, L, S), or null for none
   * @return (B, heads, L, D)
   */
  public static Tensor attention(Tensor query, Tensor key, Tensor value, @Nullable Tensor bias) {
    return Attention.of(query, key, value, bias);
  }

  /**
   * Looks up rows of a table.
   *
   * @param table (rows, C)
   * @param indices int64, any shape
   * @return (..., C)
   */
  public static Tensor embedding(Tensor table, Tensor indices) {
    if (DryRun.isMeta(table)) {
      return MetaKernels.embedding(table, indices);
    }
    return TensorHandle.call(
        "embedding", () -> torch.embedding(table.handle(), indices.handle()), table, indices);
  }

  /**
   * Applies the sigmoid linear unit, x * sigmoid(x).
   *
   * @param input a tensor of any shape
   * @return a tensor of the same shape
   */
  public static Tensor silu(Tensor input) {
    return input.unary("silu", torch::silu);
  }

  /**
   * Applies the rectified linear unit, max(x, 0).
   *
   * @param input a tensor of any shape
   * @return a tensor of the same shape
   */
  public static Tensor relu(Tensor input) {
    return DryRun.isMeta(input) ? MetaKernels.relu(input) : input.unary("relu", torch::relu);
  }

  /**
   * Applies the Gaussian error linear unit in its tanh approximation.
   *
   * @param input a tensor of any shape
   * @return a tensor of the same shape
   */
  public static Tensor geluTanh(Tensor input) {
    return input.unary("geluTanh", t -> torch.gelu(t, "tanh"));
  }

  /**
   * Rearranges channels into pixels.
   *
   * @param input (B, C * factor^2, H, W)
   * @param factor the factor by which height and width grow
   * @return (B, C, H * factor, W * factor)
   */
  public static Tensor pixelShuffle(Tensor input, int factor) {
    return input.unary("pixelShuffle", t -> torch.pixel_shuffle(t, factor));
  }

  /**
   * Rearranges pixels into channels.
   *
   * @param input (B, C, H * factor, W * factor)
   * @param factor the factor by which height and width shrink
   * @return (B, C * factor^2, H, W)
   */
  public static Tensor pixelUnshuffle(Tensor input, int factor) {
    return input.unary("pixelUnshuffle", t -> torch.pixel_unshuffle(t, factor));
  }

  /**
   * Repeats every pixel.
   *
   * @param input (B, C, H, W)
   * @param factor the factor by which height and width grow
   * @return (B, C, H * factor, W * factor)
   */
  public static Tensor upsampleNearest(Tensor input, int factor) {
    long[] size = {input.size(-2) * factor, input.size(-1) * factor};
    return input.unary("upsampleNearest", t -> torch.upsample_nearest2d(t, size));
  }

  /**
   * Resizes with bilinear interpolation, without antialiasing, with aligned pixel centres.
   *
   * @param input (B, C, H, W)
   * @param height new height in pixels
   * @param width new width in pixels
   * @return (B, C, height, width)
   */
  public static Tensor resizeBilinear(Tensor input, long height, long width) {
    long[] size = {height, width};
    return input.unary(
        "resizeBilinear to " + height + " x " + width,
        t -> torch.upsample_bilinear2d(t, size, false));
  }

  /**
   * Pads the last dimensions with a constant.
   *
   * @param input a tensor of any shape
   * @param value the constant
   * @param amounts padding before and after the last dimension, then before and after the one
   *     before it, and so on
   * @return the padded tensor
   */
  public static Tensor pad(Tensor input, double value, long... amounts) {
    return input.unary(
        "pad",
        t -> {
          try (Scalar scalar = new Scalar(value)) {
            return torch.constant_pad_nd(t, amounts, scalar);
          }
        });
  }

  /**
   * Solves linear equations with a symmetric positive definite matrix.
   *
   * @param matrix (N, N), float32 or float64
   * @param right (N, K)
   * @return (N, K), the solution X of matrix X = right
   */
  public static Tensor solvePositive(Tensor matrix, Tensor right) {
    return TensorHandle.call(
        "solvePositive",
        () -> {
          try (org.bytedeco.pytorch.Tensor factor = torch.linalg_cholesky(matrix.handle())) {
            return torch.cholesky_solve(right.handle(), factor);
          }
        },
        matrix,
        right);
  }

  /**
   * Parameters and statistics of batch normalization, each (C).
   *
   * @param weight scale per channel
   * @param bias offset per channel
   * @param mean moving average of the channel means, without gradients
   * @param variance moving average of the channel variances, without gradients
   */
  public record BatchStatistics(Tensor weight, Tensor bias, Tensor mean, Tensor variance) {}

  /**
   * Normalizes each channel to mean 0 and variance 1 (arXiv 1502.03167), then scales and shifts it.
   *
   * @param input (B, C, H, W)
   * @param kept parameters and moving averages
   * @param training true to use the statistics of the batch and move the averages towards them by a
   *     tenth; false to use the moving averages
   * @param eps a small number added to the variance
   * @return a tensor of the same shape
   */
  public static Tensor batchNorm(Tensor input, BatchStatistics kept, boolean training, double eps) {
    if (DryRun.isMeta(input)) {
      return MetaKernels.batchNorm(input, kept);
    }
    return TensorHandle.call(
        "batchNorm",
        () -> {
          try (TensorOptional weight = new TensorOptional(kept.weight().handle());
              TensorOptional bias = new TensorOptional(kept.bias().handle());
              TensorOptional mean = new TensorOptional(kept.mean().handle());
              TensorOptional variance = new TensorOptional(kept.variance().handle())) {
            return torch.batch_norm(
                input.handle(), weight, bias, mean, variance, training, 0.1, eps, false);
          }
        },
        input);
  }

  /**
   * Returns the cross-entropy: the sum of -log softmax(logits) at the target classes.
   *
   * @param logits (B, classes)
   * @param classes the target classes, int64 (B), from 0; rows with -1 are ignored
   * @return a scalar; 0 if every row is ignored
   */
  public static Tensor crossEntropy(Tensor logits, Tensor classes) {
    return TensorHandle.call(
        "crossEntropy",
        () ->
            torch.cross_entropy_loss(
                logits.handle(),
                classes.handle(),
                NativeArguments.NO_TENSOR,
                SUM_OF_ENTRIES,
                NO_CLASS,
                0),
        logits,
        classes);
  }

  /**
   * Returns whether every element is a finite number.
   *
   * @param tensor a floating point tensor
   * @return false if any element is NaN or infinite
   */
  public static boolean allFinite(Tensor tensor) {
    return TensorScope.<Boolean>compute(
        () -> {
          Tensor finite =
              tensor.unary("isFinite", t -> DryRun.isMeta(tensor) ? t.eq(t) : t.isfinite());
          return finite.unary("all", t -> t.all()).item() != 0;
        });
  }
}
