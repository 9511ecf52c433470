package dev.sana4j.objective;

import dev.sana4j.tensor.Tensor;

/**
 * Continuous-time consistency in TrigFlow (sCM, arXiv 2410.11081, section 4; arXiv 2503.09641,
 * section 3.2): the tangent, by which a student's field F should change, and the loss towards it.
 *
 * <p>Latents at the angle t are x = cos(t) x0 + sin(t) z. Data and noise have the standard
 * deviation {@code sigmaData}, and all fields are in units of it. Angles are (B), everything else
 * is (B, C, H, W).
 */
public final class Consistency {
  private Consistency() {}

  /** Reshapes one number per image, (B), to (B, 1, 1, 1). */
  public static Tensor wide(Tensor numbers) {
    return numbers.reshape(-1, 1, 1, 1);
  }

  /** Returns cos(t) x0 + sin(t) z. */
  public static Tensor noisy(Tensor clean, Tensor noise, Tensor angles) {
    return clean.mul(wide(angles.cos())).add(noise.mul(wide(angles.sin())));
  }

  /** Returns x0 = cos(t) x - sin(t) sigmaData F, the clean latents that a field predicts. */
  public static Tensor clean(Tensor noisy, Tensor field, Tensor angles, double sigmaData) {
    return noisy.mul(wide(angles.cos())).sub(field.mul(wide(angles.sin())).mul(sigmaData));
  }

  /**
   * Returns cos(t) sin(t); the derivative is taken along (dx/dt / sigmaData, 1) times this speed.
   */
  public static Tensor speed(Tensor angles) {
    return angles.cos().mul(angles.sin());
  }

  /**
   * The tangent g, before it is normalized.
   *
   * @param state x at the angle
   * @param angles t
   * @param velocity dx/dt of the teacher
   * @param field F of the student, without gradient
   * @param change the derivative of F along the teacher's path, times {@link #speed}
   * @param sigmaData standard deviation of data and noise
   * @param warmUp weight of the derivative, which rises from 0 at the beginning to 1
   */
  public record Path(
      Tensor state,
      Tensor angles,
      Tensor velocity,
      Tensor field,
      Tensor change,
      double sigmaData,
      double warmUp) {

    /**
     * Computes the tangent.
     *
     * @return g, (B, C, H, W)
     */
    public Tensor tangent() {
      Tensor towards = field.mul(sigmaData).sub(velocity).mul(wide(angles.cos().pow(2)));
      Tensor along = state.mul(wide(speed(angles))).add(change.mul(sigmaData));
      return towards.mul(-1).sub(along.mul(warmUp));
    }
  }

  /**
   * Returns g / (|g| + c), with |g| the Euclidean norm over an image, so that no image and no angle
   * dominates.
   */
  public static Tensor normalized(Tensor tangent, double c) {
    Tensor size = wide(tangent.pow(2).flatten(1, 3).sum(1, false).sqrt());
    return tangent.div(size.add(c));
  }

  /**
   * Returns the mean of w exp(-u) |F - F_fixed - g|^2 + u, with w = 1 / (sigmaData tan t). The
   * log-variance u is learned for each angle; it is the logarithm of the expected error.
   *
   * @param field F, differentiable
   * @param fixed the same field, without gradient
   * @param tangent g, normalized
   * @param logVariance u, (B)
   */
  public static Tensor loss(
      Tensor field,
      Tensor fixed,
      Tensor tangent,
      Tensor angles,
      Tensor logVariance,
      double sigmaData) {
    Tensor u = wide(logVariance);
    Tensor error = field.sub(fixed).sub(tangent).pow(2);
    return error.mul(wide(weight(angles, sigmaData))).mul(u.mul(-1).exp()).add(u).mean();
  }

  private static Tensor weight(Tensor angles, double sigmaData) {
    return angles.cos().div(angles.sin().mul(sigmaData));
  }

  /**
   * Returns the value to which the log-variance u tends. At each step F equals F_fixed and a
   * normalized tangent has about length 1, so the weighted error is w / n.
   *
   * @param angles (B)
   * @param elements n, the elements of an image's latents
   * @param sigmaData standard deviation of data and noise
   * @return ln(w / n), (B); with u starting from it, all angles have equal weight from the first
   *     step
   */
  public static Tensor expectedLogVariance(Tensor angles, long elements, double sigmaData) {
    return weight(angles, sigmaData).div((double) elements).log();
  }
}
