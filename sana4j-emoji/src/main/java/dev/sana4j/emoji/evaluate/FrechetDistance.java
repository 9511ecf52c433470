package dev.sana4j.emoji.evaluate;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Spectrum;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.util.List;

/**
 * Distance between two sets of features, each approximated by a Gaussian (arXiv 1706.08500,
 * equation 6): |m1 - m2|^2 + tr(C1) + tr(C2) - 2 tr((C1^(1/2) C2 C1^(1/2))^(1/2)).
 */
final class FrechetDistance {
  private FrechetDistance() {}

  /**
   * Returns the distance.
   *
   * @param first at least two vectors
   * @param second at least two of the same length
   * @return 0 for equal means and covariances
   */
  static double between(List<float[]> first, List<float[]> second) {
    return Libtorch.noGrad(
        () ->
            TensorScope.<Double>compute(
                () -> {
                  Gaussian a = Gaussian.of(first);
                  Gaussian b = Gaussian.of(second);
                  Tensor root = root(a.covariance());
                  Tensor product = root.matmul(b.covariance()).matmul(root);
                  Tensor even = product.add(product.transpose(0, 1)).mul(0.5);
                  double shared = sumOfRoots(Spectrum.values(even));
                  double means = a.mean().sub(b.mean()).pow(2).sum().item();
                  double traces = trace(a.covariance()) + trace(b.covariance());
                  return Math.max(0, means + traces - 2 * shared);
                }));
  }

  /** Mean (1, D) and covariance (D, D) in float64. */
  private record Gaussian(Tensor mean, Tensor covariance) {
    static Gaussian of(List<float[]> vectors) {
      int count = vectors.size();
      if (count < 2) {
        throw new EvaluationException("the Fréchet distance needs at least 2 images on each side");
      }
      int width = vectors.get(0).length;
      float[] all = new float[count * width];
      for (int i = 0; i < count; i++) {
        System.arraycopy(vectors.get(i), 0, all, i * width, width);
      }
      Tensor points = Tensors.of(all, count, width).to(DType.FLOAT64);
      Tensor mean = points.mean(0, true);
      Tensor centred = points.sub(mean);
      return new Gaussian(mean, centred.transpose(0, 1).matmul(centred).div(count - 1));
    }
  }

  /**
   * Returns the symmetric square root; eigenvalues below zero, which rounding can cause, count as
   * zero.
   */
  private static Tensor root(Tensor covariance) {
    Spectrum spectrum = Spectrum.of(covariance);
    Tensor roots = spectrum.values().clamp(0, Double.MAX_VALUE).sqrt();
    return spectrum.vectors().mul(roots).matmul(spectrum.vectors().transpose(0, 1));
  }

  private static double sumOfRoots(Tensor values) {
    return values.clamp(0, Double.MAX_VALUE).sqrt().sum().item();
  }

  private static double trace(Tensor matrix) {
    return Spectrum.values(matrix).sum().item();
  }
}
