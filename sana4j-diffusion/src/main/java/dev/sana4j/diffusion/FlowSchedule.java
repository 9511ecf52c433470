package dev.sana4j.diffusion;

import dev.sana4j.tensor.Tensor;

/** Noise levels of flow matching: x = (1 - sigma) image + sigma noise. */
public final class FlowSchedule {
  public static final int TRAIN_STEPS = 1000;

  /** Public models have 3 to 6; from about 30,000 the first noise level rounds to 1. */
  private static final double LARGEST_SHIFT = 1000;

  private FlowSchedule() {}

  /**
   * Moves a noise level s towards noise: shift s / (1 + (shift - 1) s) (arXiv 2403.03206, section
   * 5.3.2).
   */
  static double shift(double sigma, double shift) {
    return shift * sigma / (1 + (shift - 1) * sigma);
  }

  /** {@code count} values from {@code first} to {@code last}, both included. */
  static double[] evenly(double first, double last, int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = count == 1 ? first : first + i * ((last - first) / (count - 1));
    }
    if (count > 1) {
      values[count - 1] = last; // exactly, as numpy does
    }
    return values;
  }

  /** Returns the step whose noise level is nearest; the last entry, 0, does not count. */
  static int nearest(double[] sigmas, double level) {
    int nearest = 0;
    for (int i = 1; i < sigmas.length - 1; i++) {
      if (Math.abs(sigmas[i] - level) < Math.abs(sigmas[nearest] - level)) {
        nearest = i;
      }
    }
    return level >= 1 ? 0 : nearest;
  }

  /** Mixes clean latents and noise at a noise level. */
  static Tensor noised(double sigma, Tensor clean, Tensor noise) {
    return clean.mul(1 - sigma).add(noise.mul(sigma));
  }

  static int requireSteps(int steps) {
    if (steps < 1 || steps > TRAIN_STEPS) {
      throw new IllegalArgumentException("steps " + steps + " is not between 1 and " + TRAIN_STEPS);
    }
    return steps;
  }

  static double requireShift(double shift) {
    if (!(shift > 0 && shift <= LARGEST_SHIFT)) {
      throw new IllegalArgumentException(
          "flow shift " + shift + " is not positive and at most " + LARGEST_SHIFT);
    }
    return shift;
  }
}
