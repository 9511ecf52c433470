package dev.sana4j.pipeline.model;

/**
 * A run of steps, told from the others by their times.
 *
 * @param above times of the range are above it
 * @param below and below this one; halfway between two steps, so that no rounding of a time decides
 */
public record StepRange(double above, double below) {

  /**
   * As in diffusers, step i of n is within if both its ends are, i / n and (i + 1) / n.
   *
   * @param from share of the steps, 0 to 1
   * @param to share of the steps, from {@code from} to 1
   * @param times one a step, falling
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

  /** Between a step and the next one; beyond all times before the first and after the last. */
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
