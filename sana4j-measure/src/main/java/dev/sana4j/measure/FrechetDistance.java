package dev.sana4j.measure;

import dev.sana4j.measure.FeatureStatistics.Gaussian;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Spectrum;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;

/**
 * Distance between two Gaussians (arXiv 1706.08500, equation 6): |m1 - m2|^2 + tr(C1) + tr(C2) - 2
 * tr((C1^(1/2) C2 C1^(1/2))^(1/2)), in float64.
 */
public final class FrechetDistance {
  private FrechetDistance() {}

  /**
   * Returns the distance.
   *
   * @param first mean and covariance of one set of features
   * @param second mean and covariance of the other
   * @return 0 for equal Gaussians
   * @throws MeasureException if their sizes differ
   */
  public static double between(Gaussian first, Gaussian second) {
    int width = first.mean().length;
    if (second.mean().length != width) {
      throw new MeasureException(
          "the statistics have %d and %d features; use the same network for both"
              .formatted(width, second.mean().length));
    }
    double distance = trace(first) + trace(second);
    for (int i = 0; i < width; i++) {
      double step = first.mean()[i] - second.mean()[i];
      distance += step * step;
    }
    return Math.max(0, distance - 2 * shared(first, second));
  }

  private static double shared(Gaussian first, Gaussian second) {
    int width = first.mean().length;
    return Libtorch.noGrad(
        () ->
            TensorScope.<Double>compute(
                () -> {
                  Tensor root = root(Tensors.of(first.covariance(), width, width));
                  Tensor other = Tensors.of(second.covariance(), width, width);
                  Tensor product = root.matmul(other).matmul(root);
                  Tensor even = product.add(product.transpose(0, 1)).mul(0.5);
                  return positive(Spectrum.values(even)).sqrt().sum().item();
                }));
  }

  /** Returns the symmetric square root. */
  private static Tensor root(Tensor covariance) {
    Spectrum spectrum = Spectrum.of(covariance);
    Tensor vectors = spectrum.vectors();
    Tensor roots = positive(spectrum.values()).sqrt();
    return vectors.mul(roots).matmul(vectors.transpose(0, 1));
  }

  /** Replaces eigenvalues below zero, which rounding can cause. */
  private static Tensor positive(Tensor values) {
    return values.clamp(0, Double.MAX_VALUE);
  }

  private static double trace(Gaussian gaussian) {
    int width = gaussian.mean().length;
    double sum = 0;
    for (int i = 0; i < width; i++) {
      sum += gaussian.covariance()[i * width + i];
    }
    return sum;
  }
}
