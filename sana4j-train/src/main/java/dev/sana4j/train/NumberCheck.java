package dev.sana4j.train;

/**
 * Rejects invalid numbers; a message begins with the name, which recipes expand to the full key.
 */
public final class NumberCheck {
  private NumberCheck() {}

  public static void require(boolean holds, String problem) {
    if (!holds) {
      throw new TrainingException(problem);
    }
  }

  public static void atLeast(String name, long value, long least) {
    require(value >= least, name + " " + value + " is not at least " + least);
  }

  public static void share(String name, double value) {
    require(value >= 0 && value < 1, name + " " + value + " is not between 0 and below 1");
  }

  public static void notNegative(String name, double value) {
    require(
        value >= 0 && Double.isFinite(value),
        name + " " + value + " is not 0 or a positive number");
  }

  public static void positive(String name, double value) {
    require(value > 0 && Double.isFinite(value), name + " " + value + " is not a positive number");
  }

  /** The target size of images. */
  public static void sizes(int resolution, int least, double maxRatio) {
    atLeast("resolution", resolution, least);
    require(maxRatio >= 1 && maxRatio <= 16, "max_ratio " + maxRatio + " is not from 1 to 16");
  }

  public static void sameCount(int parameters, int gradients) {
    require(
        parameters == gradients,
        gradients + " gradients were given for " + parameters + " parameters");
  }
}
