package dev.sana4j.objective;

import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;

/**
 * The hinge losses of a discriminator and its generator (arXiv
 * 1705.02894). Logits are high for inputs that the discriminator classifies as real.
 */
public final class HingeLoss {
  private HingeLoss() {}

  /**
   * The discriminator's loss: half of its losses of real and of fake inputs.
   *
   * @param realLogits of real inputs, any shape; below 1 they cost
   * @param fakeLogits of fakes, any shape; above -1 they cost
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
   * The generator's loss: it falls as the logits of its fakes rise.
   *
   * @param fakeLogits of fakes, any shape
   * @return a scalar
   */
  public static Tensor generator(Tensor fakeLogits) {
    return fakeLogits.mean().mul(-1);
  }
}
