package dev.sana4j.train.optim;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.ParallelParameters;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.util.List;

/**
 * The Euclidean norm of all gradients together, and gradient clipping (arXiv 1211.5063, algorithm
 * 1).
 */
public final class GradientNorm {
  private GradientNorm() {}

  /**
   * Returns the norm, computed in float32.
   *
   * @param gradients gradients of any shapes and dtypes
   * @return the norm; NaN or infinite if a gradient is, or if the norm is out of range
   */
  public static double of(List<Tensor> gradients) {
    if (gradients.isEmpty()) {
      return 0;
    }
    return TensorScope.<Double>compute(
        () ->
            Libtorch.noGrad(
                () -> {
                  List<Tensor> norms =
                      ParallelParameters.map(
                          gradients, Tensor::elements, each -> each.to(DType.FLOAT32).norm());
                  return Tensors.stack(norms, 0).norm().item();
                }));
  }

  /**
   * Scales all gradients down by the same factor if their norm is too large. Gradients whose norm
   * is not finite are not changed.
   *
   * @param gradients the gradients, changed in place
   * @param largest largest norm afterwards
   * @return the norm before; if it is not finite, skip the step
   */
  public static double clip_(List<Tensor> gradients, double largest) {
    double norm = of(gradients);
    if (Double.isFinite(norm) && norm > largest) {
      ParallelParameters.each(
          gradients, Tensor::elements, gradient -> gradient.mul_(largest / norm));
    }
    return norm;
  }
}
