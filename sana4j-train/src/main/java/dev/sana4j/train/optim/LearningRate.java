package dev.sana4j.train.optim;

import dev.sana4j.train.NumberCheck;

/**
 * The learning rate of each step: it rises linearly from 0 to its peak, stays there, and may fall
 * at the end.
 *
 * @param decay how it falls
 * @param peak the highest rate
 * @param end the rate after the last step, from 0 to the peak; without effect for a constant rate
 * @param warmUp steps of the rise
 * @param steps of the whole training
 * @param decayFrom share of the steps after which it begins to fall, from 0 (immediately) to 1;
 *     never before the end of the warm-up
 */
public record LearningRate(
    Decay decay, double peak, double end, int warmUp, int steps, double decayFrom) {

  /** How a rate falls. */
  public enum Decay {
    /** Not at all. */
    CONSTANT,
    /** In a straight line. */
    LINEAR,
    /** Along half a period of a cosine (arXiv 1608.03983, equation 5). */
    COSINE
  }

  /** Checks the values. */
  public LearningRate {
    NumberCheck.positive("learning rate", peak);
    NumberCheck.require(
        end >= 0 && end <= peak, "final learning rate " + end + " is not between 0 and " + peak);
    NumberCheck.require(steps > 0, "steps " + steps + " is not positive");
    NumberCheck.require(
        warmUp >= 0 && warmUp <= steps, "warm-up " + warmUp + " is not between 0 and " + steps);
    NumberCheck.require(
        decayFrom >= 0 && decayFrom <= 1, "decay from " + decayFrom + " is not between 0 and 1");
  }

  /**
   * A rate that does not fall.
   *
   * @param peak the rate
   * @param warmUp steps of the rise
   * @param steps of the whole training
   * @return the schedule
   */
  public static LearningRate constant(double peak, int warmUp, int steps) {
    return new LearningRate(Decay.CONSTANT, peak, 0, warmUp, steps, 1);
  }

  /**
   * The rate of a step.
   *
   * @param step counted from 0; the first of the warm-up already moves
   * @return the rate
   */
  public double at(int step) {
    if (step < warmUp) {
      return peak * (step + 1) / warmUp;
    }
    double start = Math.max(warmUp, decayFrom * steps);
    if (decay == Decay.CONSTANT || step < start) {
      return peak;
    }
    double progress = start < steps ? Math.min(1, (step - start) / (steps - start)) : 1;
    double left = decay == Decay.LINEAR ? 1 - progress : (1 + Math.cos(Math.PI * progress)) / 2;
    return end + (peak - end) * left;
  }
}
