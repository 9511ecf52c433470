package dev.sana4j.nn;

import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;

/**
 * Activations of tensors that nothing else uses afterwards. They overwrite their argument where no
 * derivative is recorded.
 */
public final class Activation {
  private Activation() {}

  /**
   * max(x, 0).
   *
   * @param fresh may be overwritten
   * @return the same shape; the argument itself, or owned by the current scope
   */
  public static Tensor relu(Tensor fresh) {
    return Autograd.mayOverwrite(fresh) ? fresh.relu_() : Functional.relu(fresh);
  }

  /**
   * x * sigmoid(x).
   *
   * @param fresh may be overwritten
   * @return the same shape; the argument itself, or owned by the current scope
   */
  public static Tensor silu(Tensor fresh) {
    return Autograd.mayOverwrite(fresh) ? fresh.silu_() : Functional.silu(fresh);
  }
}
