package dev.sana4j.emoji.evaluate;

/**
 * Number of correct images.
 *
 * @param right number of correct images
 * @param all number of all images
 */
public record Proportion(int right, int all) {
  /** The normal quantile of a 95 % interval. */
  private static final double Z = 1.959963984540054;

  /**
   * Checks the numbers.
   *
   * @param right 0 to all
   * @param all not negative
   */
  public Proportion {
    if (right < 0 || right > all) {
      throw new IllegalArgumentException(right + " of " + all);
    }
  }

  /**
   * Returns the share.
   *
   * @return percent; NaN without images
   */
  public double percent() {
    return 100.0 * right / all;
  }

  /**
   * Returns the lower end of the 95 % interval (Wilson 1927).
   *
   * @return percent; 0 without images
   */
  public double low() {
    return right == 0 ? 0 : 100 * (centre() - reach()); // exactly 0, without rounding
  }

  /**
   * Returns the upper end of the 95 % interval (Wilson 1927).
   *
   * @return percent; 100 without images
   */
  public double high() {
    return right == all ? 100 : 100 * (centre() + reach());
  }

  private double centre() {
    return (right + Z * Z / 2) / (all + Z * Z);
  }

  private double reach() {
    double share = (double) right / all;
    return Z / (all + Z * Z) * Math.sqrt(all * share * (1 - share) + Z * Z / 4);
  }
}
