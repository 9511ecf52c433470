package dev.sana4j.train.optim;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.ParallelParameters;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.util.List;

/** The Euclidean norm of all gradients together, and its limit (arXiv 1211.5063, algorithm 1). */
public final class GradientNorm {
  private GradientNorm() {}

  /**
   * The norm, in float32.
   *
   * @param gradients of any shapes and dtypes
   * @return NaN or infinite if a gradient is so, or if the norm is out of range
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
   * Scales the gradients down, all by the same factor, if their norm is too large. Gradients whose
   * norm is not finite are left unchanged.
   *
   * @param gradients changed
   * @param largest norm afterwards
   * @return the norm before; not finite if the step must not be taken
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
