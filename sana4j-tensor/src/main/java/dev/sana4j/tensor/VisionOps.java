package dev.sana4j.tensor;

import com.google.errorprone.annotations.CheckReturnValue;
import org.bytedeco.pytorch.global.torch;

/** Functions of image classifiers: pooling, kernels that are not square, and the exact GELU. */
@CheckReturnValue
public final class VisionOps {
  private VisionOps() {}

  /**
   * Applies a convolution whose kernel need not be square.
   *
   * @param input (B, in, H, W)
   * @param weight (out, in, KH, KW)
   * @param bias (out)
   * @param stride stride in both directions
   * @param paddingY number of zeros added above and below
   * @param paddingX number of zeros added left and right
   * @return (B, out, H', W')
   */
  public static Tensor convolve(
      Tensor input, Tensor weight, Tensor bias, int stride, int paddingY, int paddingX) {
    if (DryRun.isMeta(input)) {
      long[] padding = {paddingY, paddingX};
      return MetaKernels.convolve(input, weight, bias, stride, padding, 1);
    }
    return Operators.tensor(
        "aten::conv2d",
        input,
        weight,
        bias,
        new long[] {stride, stride},
        new long[] {paddingY, paddingX},
        new long[] {1, 1},
        1L);
  }

  /**
   * Returns the maximum of each square window.
   *
   * @param input (B, C, H, W)
   * @param side side of a window
   * @param stride distance of windows
   * @param padding pixels added on each side, which are never the maximum
   * @return (B, C, H', W')
   */
  public static Tensor maxPool(Tensor input, int side, int stride, int padding) {
    return Operators.tensor(
        "aten::max_pool2d",
        input,
        new long[] {side, side},
        new long[] {stride, stride},
        new long[] {padding, padding},
        new long[] {1, 1},
        false);
  }

  /**
   * Returns the average of each square window, with stride 1. Pixels added at the border are not
   * counted.
   *
   * @param input (B, C, H, W)
   * @param side side of a window, odd
   * @return a tensor of the same shape
   */
  public static Tensor averagePool(Tensor input, int side) {
    return Operators.tensor(
        "aten::avg_pool2d",
        input,
        new long[] {side, side},
        new long[] {1, 1},
        new long[] {side / 2, side / 2},
        false,
        false,
        Operators.NONE);
  }

  /**
   * Applies the Gaussian error linear unit without approximation.
   *
   * @param input a tensor of any shape
   * @return a tensor of the same shape
   */
  public static Tensor gelu(Tensor input) {
    return input.unary("gelu", t -> torch.gelu(t, "none"));
  }
}
