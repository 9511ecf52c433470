package dev.sana4j.tensor;

import java.util.List;

/** AdamW (arXiv 1711.05101) over many tensors in one pass through memory. */
public final class FusedAdamW {
  private FusedAdamW() {}

  /**
   * The numbers of a step.
   *
   * @param learningRate step size
   * @param beta1 decay of the first moment
   * @param beta2 decay of the second moment
   * @param eps added to the root of the second moment
   * @param weightDecay pull towards 0, in units of the learning rate
   */
  public record Settings(
      double learningRate, double beta1, double beta2, double eps, double weightDecay) {}

  /**
   * What is kept between steps, one element a parameter, all float32.
   *
   * @param first moving averages of the gradients, of their shapes
   * @param second moving averages of their squares, of their shapes
   * @param counts steps done so far, scalars
   */
  public record Moments(List<Tensor> first, List<Tensor> second, List<Tensor> counts) {}

  /**
   * Changes parameters and moments.
   *
   * @param parameters float32 in row-major order
   * @param gradients one a parameter, likewise
   * @param moments changed
   * @param settings of this step
   * @throws TensorException if a parameter or gradient is not in row-major order
   */
  public static void step(
      List<Tensor> parameters, List<Tensor> gradients, Moments moments, Settings settings) {
    requireRowMajor(parameters);
    requireRowMajor(gradients);
    for (Tensor count : moments.counts()) {
      count.add_(1);
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
        false, // no AMSGrad
        false, // downhill
        Operators.NONE,
        Operators.NONE);
  }

  /** The native loop pairs elements by their place in memory and does not look at strides. */
  private static void requireRowMajor(List<Tensor> tensors) {
    for (Tensor tensor : tensors) {
      if (!tensor.handle().is_contiguous()) {
        throw new TensorException("FusedAdamW(" + tensor + "): expected row-major elements");
      }
    }
  }
}
