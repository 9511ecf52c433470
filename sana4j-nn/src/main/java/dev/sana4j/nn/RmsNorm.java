package dev.sana4j.nn;

import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.Weights;
import org.jspecify.annotations.Nullable;

/**
 * Root-mean-square normalization of the last dimension (arXiv 1910.07467): x / rms(x) * weight +
 * bias. The mean of squares is computed in float32.
 */
public final class RmsNorm extends Layer<Tensor> {
  private final Parameter weight;
  private final @Nullable Parameter bias;
  private final double eps;

  private RmsNorm(Parameter weight, @Nullable Parameter bias, double eps) {
    this.weight = own(weight);
    this.bias = bias == null ? null : own(bias);
    this.eps = eps;
  }

  /**
   * Reads {@code weight} (width).
   *
   * @param weights the weights to read from
   * @param width size of the last dimension
   * @param eps a small number added to the mean of squares
   * @return the layer
   */
  public static RmsNorm load(Weights weights, int width, double eps) {
    return new RmsNorm(weights.parameter("weight", width), null, eps);
  }

  /**
   * Reads {@code weight} and {@code bias} (width).
   *
   * @param weights the weights to read from
   * @param width size of the last dimension
   * @param eps a small number added to the mean of squares
   * @return the layer
   */
  public static RmsNorm loadWithBias(Weights weights, int width, double eps) {
    return new RmsNorm(weights.parameter("weight", width), weights.parameter("bias", width), eps);
  }

  /**
   * Multiplies by the weight without dividing by the root mean square.
   *
   * @param input (..., width)
   * @return x * weight, owned by the current scope
   */
  public Tensor weighted(Tensor input) {
    return input.mul(weight.value());
  }

  /**
   * Normalizes a tensor and adds it to another.
   *
   * @param base a tensor of the shape of the input
   * @param input (..., width)
   * @return base + norm(input), owned by the current scope
   */
  Tensor addTo(Tensor base, Tensor input) {
    if (!isInPlace(input)) {
      return TensorScope.tidy(() -> apply(input).add(base));
    }
    return TensorScope.tidy(
        () -> {
          Tensor sum = Functional.multiplyAdd(base, unit(input), weight.value());
          return bias == null ? sum : sum.add_(bias.value(), 1);
        });
  }

  /**
   * In this case libtorch's operation, which converts everything to float32, takes twice as long.
   */
  private static boolean isInPlace(Tensor input) {
    return input.dtype() == DType.BFLOAT16
        && input.device().isCpu()
        && Autograd.mayOverwrite(input);
  }

  /** Divides by the root mean square. */
  private Tensor unit(Tensor input) {
    Tensor meanSquare = Functional.length(input).pow(2).mul_(1.0 / input.size(-1));
    return input.mul(meanSquare.add_(eps).pow(-0.5).to(input.dtype()));
  }

  @Override
  protected Tensor forward(Tensor input) {
    if (isInPlace(input)) {
      Tensor unit = unit(input).mul_(weight.value());
      return bias == null ? unit : unit.add_(bias.value(), 1);
    }
    Tensor scaled = Functional.rmsNorm(input, weight.value(), eps);
    return bias == null ? scaled : scaled.add(bias.value());
  }
}
