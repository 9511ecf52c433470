package dev.sana4j.nn;

import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;

/**
 * Activation functions for tensors that are not used afterwards. They overwrite their argument
 * where no derivative is recorded.
 */
public final class Activation {
  private Activation() {}

  /**
   * Computes max(x, 0).
   *
   * @param fresh a tensor that may be overwritten
   * @return a tensor of the same shape: the argument itself, or a new one owned by the current
   *     scope
   */
  public static Tensor relu(Tensor fresh) {
    return Autograd.mayOverwrite(fresh) ? fresh.relu_() : Functional.relu(fresh);
  }

  /**
   * Computes x * sigmoid(x).
   *
   * @param fresh a tensor that may be overwritten
   * @return a tensor of the same shape: the argument itself, or a new one owned by the current
   *     scope
   */
  public static Tensor silu(Tensor fresh) {
    return Autograd.mayOverwrite(fresh) ? fresh.silu_() : Functional.silu(fresh);
  }
}
