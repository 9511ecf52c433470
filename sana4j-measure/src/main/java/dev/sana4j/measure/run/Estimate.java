package dev.sana4j.measure.run;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * A figure and its 95 % interval.
 *
 * @param value the figure
 * @param low lower end of the interval
 * @param high upper end of the interval
 * @param count number of images
 */
public record Estimate(double value, double low, double high, long count) {
  private static final int RESAMPLES = 1000;
  private static final double TAIL = 0.025;
  private static final double DEVIATIONS = 1.96;
  private static final long SEED = 1;

  /**
   * Estimates a mean. The interval is that of the percentiles of 1000 bootstrap samples, always the
   * same for the same values.
   *
   * @param values at least one
   * @return the mean
   */
  public static Estimate mean(double[] values) {
    SplittableRandom random = new SplittableRandom(SEED);
    double[] means = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      double sum = 0;
      for (int j = 0; j < values.length; j++) {
        sum += values[random.nextInt(values.length)];
      }
      means[i] = sum / values.length;
    }
    Arrays.sort(means);
    return new Estimate(
        Arrays.stream(values).average().orElse(Double.NaN),
        means[(int) (TAIL * RESAMPLES)],
        means[(int) ((1 - TAIL) * RESAMPLES) - 1],
        values.length);
  }

  /**
   * Estimates a figure of a whole set that is expensive to compute. The interval is 1.96 standard
   * deviations of bootstrap samples to both sides, because such samples shift a distance upwards.
   *
   * @param value the figure of all images
   * @param count number of images
   * @param samples number of bootstrap samples, at least 2; 0 for no interval
   * @param figure computes the figure of a sample, given the random numbers that draw it
   * @return the figure
   */
  public static Estimate ofSet(
      double value, long count, int samples, ToDoubleFunction<SplittableRandom> figure) {
    if (samples < 2) {
      return new Estimate(value, value, value, count);
    }
    SplittableRandom random = new SplittableRandom(SEED);
    double[] figures = new double[samples];
    Arrays.setAll(figures, i -> figure.applyAsDouble(random.split()));
    double mean = Arrays.stream(figures).average().orElse(value);
    double squares = Arrays.stream(figures).map(each -> (each - mean) * (each - mean)).sum();
    double deviation = Math.sqrt(squares / (samples - 1));
    double low = Math.max(0, value - DEVIATIONS * deviation);
    return new Estimate(value, low, value + DEVIATIONS * deviation, count);
  }
}
