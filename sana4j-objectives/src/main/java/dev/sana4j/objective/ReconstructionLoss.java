package dev.sana4j.objective;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Errors of a reconstruction; it and its image are (B, 3, H, W) float32 in -1..1. */
public final class ReconstructionLoss {
  /** Side of the window of SSIM in pixels (Wang et al. 2004, section III.C). */
  public static final int WINDOW = 11;

  private static final double DEVIATION = 1.5;
  private static final double RANGE = 2;
  private static final double C1 = Math.pow(0.01 * RANGE, 2);
  private static final double C2 = Math.pow(0.03 * RANGE, 2);

  private ReconstructionLoss() {}

  /**
   * Returns the terms with a weight above 0, each times its weight.
   *
   * @param gradientWeight weight of the differences between neighbouring pixels, 0 for none
   * @param ssimWeight weight of 1 - SSIM, 0 for none
   * @param reconstruction (B, 3, H, W) float32
   * @param image of the same shape, in -1..1
   * @return scalars by the name of their metric, owned by the current scope
   */
  public static Map<String, Tensor> terms(
      double gradientWeight, double ssimWeight, Tensor reconstruction, Tensor image) {
    Map<String, Tensor> terms = new LinkedHashMap<>();
    Tensor error = reconstruction.sub(image);
    terms.put("l1", error.abs().mean());
    if (gradientWeight > 0) {
      Tensor both = differences(error, 2).add(differences(error, 3));
      terms.put("gradient", both.mul(gradientWeight));
    }
    if (ssimWeight > 0) {
      Tensor dissimilarity = ssim(reconstruction, image).mul(-1).add(1);
      terms.put("ssim", dissimilarity.mul(ssimWeight));
    }
    return terms;
  }

  /** Uses that the differences of the errors are the errors of the differences. */
  private static Tensor differences(Tensor error, int dimension) {
    long length = error.size(dimension) - 1;
    if (length == 0) {
      return error.mean().mul(0);
    }
    return error.narrow(dimension, 1, length).sub(error.narrow(dimension, 0, length)).abs().mean();
  }

  /**
   * Returns the structural similarity (Wang et al. 2004, equation 13), averaged over windows and
   * channels.
   *
   * @param first (B, 3, H, W) float32 in -1..1, sides of at least {@value #WINDOW}
   * @param second likewise
   * @return a scalar, 1 for equal images
   */
  public static Tensor ssim(Tensor first, Tensor second) {
    Tensor all =
        Tensors.cat(List.of(first, second, first.pow(2), second.pow(2), first.mul(second)), 0);
    List<Tensor> means = blurred(all).chunk(5, 0);
    Tensor a = means.get(0);
    Tensor b = means.get(1);
    Tensor product = a.mul(b);
    Tensor squares = a.pow(2).add(b.pow(2));
    Tensor variances = means.get(2).add(means.get(3)).sub(squares);
    Tensor covariance = means.get(4).sub(product);
    Tensor above = product.mul(2).add(C1).mul(covariance.mul(2).add(C2));
    return above.div(squares.add(C1).mul(variances.add(C2))).mean();
  }

  /** Returns the Gaussian means of all complete windows. */
  private static Tensor blurred(Tensor images) {
    int channels = Math.toIntExact(images.size(1));
    Tensor weights = window(images.device()).expand(channels, 1, WINDOW);
    Tensor down = Functional.conv2d(images, weights.unsqueeze(3), null, 1, 0, channels);
    return Functional.conv2d(down, weights.unsqueeze(2), null, 1, 0, channels);
  }

  private static Tensor window(Device device) {
    Tensor places = Tensors.range(WINDOW, DType.FLOAT64, device).add(-(WINDOW / 2.0 - 0.5));
    Tensor values = places.div(DEVIATION).pow(2).mul(-0.5).exp();
    return values.div(values.sum()).to(DType.FLOAT32);
  }

  /**
   * Returns the mean squared error; values outside -1..1 are clamped as in an image.
   *
   * @param reconstruction (B, 3, H, W) float32
   * @param image of the same shape, in -1..1
   * @return the mean over all elements, a scalar without gradients
   */
  public static Tensor squaredError(Tensor reconstruction, Tensor image) {
    return TensorScope.tidy(
        () ->
            Libtorch.noGrad(
                () -> reconstruction.clamp(-1, 1).sub(image).pow(2).mean().to(DType.FLOAT64)));
  }

  /**
   * Returns the peak signal-to-noise ratio of images in -1..1.
   *
   * @param squaredError the mean squared error
   * @return dB, at most about 106
   */
  public static double psnr(double squaredError) {
    return 10 * Math.log10(RANGE * RANGE / Math.max(squaredError, 1e-10));
  }
}
