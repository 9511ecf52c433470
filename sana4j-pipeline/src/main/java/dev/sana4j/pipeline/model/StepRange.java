package dev.sana4j.pipeline.model;

/**
 * A range of consecutive steps, given by their times.
 *
 * @param above lower bound of the times, exclusive
 * @param below upper bound, exclusive; both are halfway between two steps, so that rounding does
 *     not matter
 */
public record StepRange(double above, double below) {

  /**
   * Returns the range for a part of the steps. As in diffusers, step i of n is included if i / n
   * and (i + 1) / n are within the part.
   *
   * @param from fraction of the steps, 0 to 1
   * @param to fraction of the steps, {@code from} to 1
   * @param times one per step, decreasing
   */
  public static StepRange of(double from, double to, double[] times) {
    int first = times.length;
    int last = -1;
    for (int i = 0; i < times.length; i++) {
      if ((double) i / times.length >= from && (i + 1.0) / times.length <= to) {
        first = Math.min(first, i);
        last = i;
      }
    }
    return last < 0
        ? new StepRange(0, 0)
        : new StepRange(boundary(times, last), boundary(times, first - 1));
  }

  /**
   * Returns a time between a step and the next one; infinite before the first and after the last
   * step.
   */
  private static double boundary(double[] times, int step) {
    if (step < 0) {
      return Double.POSITIVE_INFINITY;
    }
    return step >= times.length - 1
        ? Double.NEGATIVE_INFINITY
        : (times[step] + times[step + 1]) / 2;
  }

  public boolean contains(double time) {
    return time > above && time < below;
  }
}
