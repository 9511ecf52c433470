package dev.sana4j.weights;

/**
 * Checks values of a config.
 *
 * @param name the name of the config in messages, for example {@code transformer config}
 */
public record ConfigCheck(String name) {

  /**
   * Checks a condition.
   *
   * @param holds whether the values are valid
   * @param problem the error message, naming key and value
   * @throws CheckpointException if the condition does not hold
   */
  public void require(boolean holds, String problem) {
    if (!holds) {
      throw new CheckpointException(name + ": " + problem);
    }
  }

  /**
   * Checks that an integer is at least 1.
   *
   * @param key the key in the config
   * @param value the value
   * @throws CheckpointException if the value is not positive
   */
  public void positive(String key, int value) {
    require(value > 0, key + " " + value + " is not positive");
  }

  /**
   * Checks that a number is positive and finite.
   *
   * @param key the key in the config
   * @param value the value
   * @throws CheckpointException if the value is not positive or not finite
   */
  public void positive(String key, double value) {
    require(Double.isFinite(value) && value > 0, key + " " + value + " is not positive");
  }
}
