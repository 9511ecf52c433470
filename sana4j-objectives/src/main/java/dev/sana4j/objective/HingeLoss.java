package dev.sana4j.objective;

import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;

/**
 * The hinge losses of a discriminator and of its generator (arXiv 1705.02894). Logits are high for
 * inputs that the discriminator classifies as real.
 */
public final class HingeLoss {
  private HingeLoss() {}

  /**
   * Returns the discriminator's loss: half the sum of its losses for real and for fake inputs.
   *
   * @param realLogits logits of real inputs, any shape; those below 1 add to the loss
   * @param fakeLogits logits of fakes, any shape; those above -1 add to the loss
   * @return a scalar, 0 or more
   */
  public static Tensor discriminator(Tensor realLogits, Tensor fakeLogits) {
    return real(realLogits).add(fake(fakeLogits)).mul(0.5);
  }

  private static Tensor real(Tensor logits) {
    return Functional.relu(logits.mul(-1).add(1)).mean();
  }

  private static Tensor fake(Tensor logits) {
    return Functional.relu(logits.add(1)).mean();
  }

  /**
   * Returns the generator's loss, which falls as the logits of its fakes rise.
   *
   * @param fakeLogits logits of fakes, any shape
   * @return a scalar
   */
  public static Tensor generator(Tensor fakeLogits) {
    return fakeLogits.mean().mul(-1);
  }
}
