package dev.sana4j.objective;

import dev.sana4j.nn.Layer;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * A convolution along a ring of tokens whose matrix is divided by its largest singular value
 * (spectral norm, arXiv 1802.05957, section 2.1), so that it does not enlarge any input. Each call
 * of {@link #refresh} updates the estimate of that value by one step of power iteration.
 */
final class SpectralLinear extends Layer<Tensor> {
  private static final double EPS = 1e-12;

  private final int kernel;
  private final Parameter weight;
  private final Parameter bias;
  private final Tensor left;
  private final Tensor right;

  SpectralLinear(Weights weights, int in, int out, int kernel) {
    this.kernel = kernel;
    weight = own(weights.parameter("weight_orig", out, in, kernel));
    bias = own(weights.parameter("bias", out));
    left = own(weights.buffer("weight_u", out)).value();
    right = own(weights.buffer("weight_v", (long) in * kernel)).value();
  }

  /** (B, T, in) to (B, T, out); a token reads its neighbours, and the first follows the last. */
  @Override
  protected Tensor forward(Tensor tokens) {
    // Copies, because refresh() may run before the backward pass.
    Tensor matrix = matrix(); // (out, in * kernel)
    Tensor largest = left.copy().mul(matrix.matmul(right.copy())).sum(0, false);
    return Functional.linear(neighbours(tokens), matrix.div(largest), bias.value());
  }

  private Tensor matrix() {
    return weight.value().flatten(1, 2);
  }

  /** (B, T, in * kernel). */
  private Tensor neighbours(Tensor tokens) {
    if (kernel == 1) {
      return tokens;
    }
    List<Tensor> turned = new ArrayList<>();
    for (int k = 0; k < kernel; k++) {
      turned.add(turned(tokens, k - kernel / 2).unsqueeze(3));
    }
    return Tensors.cat(turned, 3).flatten(2, 3);
  }

  /** Puts token i + distance in the place of token i. */
  private static Tensor turned(Tensor tokens, int distance) {
    long count = tokens.size(1);
    long from = Math.floorMod(distance, count);
    return from == 0
        ? tokens
        : Tensors.cat(List.of(tokens.narrow(1, from, count - from), tokens.narrow(1, 0, from)), 1);
  }

  /** Returns whether a tensor is estimated instead of trained. */
  static boolean isEstimate(String name) {
    return name.endsWith(".weight_u") || name.endsWith(".weight_v");
  }

  /** Updates the estimate of the largest singular value. */
  void refresh() {
    TensorScope.compute(
        () ->
            Libtorch.noGrad(
                () -> {
                  Tensor matrix = matrix();
                  right.copy_(normalized(matrix.transpose(0, 1).matmul(left)));
                  return left.copy_(normalized(matrix.matmul(right)));
                }));
  }

  static Tensor normalized(Tensor vector) {
    return vector.div(vector.norm().clamp(EPS, Float.MAX_VALUE));
  }
}
