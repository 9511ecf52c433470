package dev.sana4j.tensor;

import java.util.List;

/** AdamW (arXiv 1711.05101) for many tensors in one pass through memory. */
public final class FusedAdamW {
  private FusedAdamW() {}

  /**
   * The hyperparameters of one step.
   *
   * @param learningRate step size
   * @param beta1 decay of the first moment
   * @param beta2 decay of the second moment
   * @param eps a small number added to the root of the second moment
   * @param weightDecay weight decay, multiplied by the learning rate
   */
  public record Settings(
      double learningRate, double beta1, double beta2, double eps, double weightDecay) {}

  /**
   * The state kept between steps: one tensor per parameter, all float32.
   *
   * @param first moving averages of the gradients, with the parameters' shapes
   * @param second moving averages of the squared gradients, with the parameters' shapes
   * @param counts number of steps so far, scalars
   */
  public record Moments(List<Tensor> first, List<Tensor> second, List<Tensor> counts) {}

  /**
   * Performs one optimizer step in place.
   *
   * @param parameters float32 in row-major order; updated
   * @param gradients one per parameter, float32 in row-major order
   * @param moments the optimizer state; updated
   * @param settings the hyperparameters of this step
   * @throws TensorException if a parameter or gradient is not in row-major order
   */
  public static void step(
      List<Tensor> parameters, List<Tensor> gradients, Moments moments, Settings settings) {
    requireRowMajor(parameters);
    requireRowMajor(gradients);
    for (Tensor count : moments.counts()) {
      count.add_(1);
    }
    if (DryRun.isMeta(parameters.get(0))) {
      return; // libtorch has no shape-only kernel, and nothing changes its shape
    }
    Operators.run(
        "aten::_fused_adamw_",
        parameters,
        gradients,
        moments.first(),
        moments.second(),
        List.of(),
        moments.counts(),
        settings.learningRate(),
        settings.beta1(),
        settings.beta2(),
        settings.weightDecay(),
        settings.eps(),
        false, // without AMSGrad
        false, // minimize
        Operators.NONE,
        Operators.NONE);
  }

  /** The native loop pairs elements by their position in memory and ignores strides. */
  private static void requireRowMajor(List<Tensor> tensors) {
    for (Tensor tensor : tensors) {
      if (!tensor.handle().is_contiguous()) {
        throw new TensorException(
            "FusedAdamW(" + tensor + "): expected elements in row-major order");
      }
    }
  }
}
