package dev.sana4j.train;

/**
 * Refuses numbers that no training can have; a message begins with the name, as recipes report it.
 */
final class NumberCheck {
  private NumberCheck() {}

  static void require(boolean holds, String problem) {
    if (!holds) {
      throw new TrainingException(problem);
    }
  }

  static void atLeast(String name, long value, long least) {
    require(value >= least, name + " " + value + " is not at least " + least);
  }

  static void share(String name, double value) {
    require(value >= 0 && value < 1, name + " " + value + " is not between 0 and below 1");
  }

  static void notNegative(String name, double value) {
    require(
        value >= 0 && Double.isFinite(value),
        name + " " + value + " is not 0 or a positive number");
  }

  static void positive(String name, double value) {
    require(value > 0 && Double.isFinite(value), name + " " + value + " is not a positive number");
  }

  static void sameCount(int parameters, int gradients) {
    require(
        parameters == gradients,
        gradients + " gradients were given for " + parameters + " parameters");
  }
}
