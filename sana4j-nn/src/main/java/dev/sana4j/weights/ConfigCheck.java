package dev.sana4j.weights;

/**
 * Refuses values of a config that no network can have.
 *
 * @param name which config, for messages: {@code transformer config}
 */
public record ConfigCheck(String name) {

  /**
   * Refuses what does not hold.
   *
   * @param holds whether the values are fine
   * @param problem names key and value
   * @throws CheckpointException if it does not hold
   */
  public void require(boolean holds, String problem) {
    if (!holds) {
      throw new CheckpointException(name + ": " + problem);
    }
  }

  /**
   * Refuses a size below 1.
   *
   * @param key in the config
   * @param value its value
   * @throws CheckpointException if it is not positive
   */
  public void positive(String key, int value) {
    require(value > 0, key + " " + value + " is not positive");
  }

  /**
   * Refuses a number that is not positive, or not finite.
   *
   * @param key in the config
   * @param value its value
   * @throws CheckpointException if it is not positive
   */
  public void positive(String key, double value) {
    require(Double.isFinite(value) && value > 0, key + " " + value + " is not positive");
  }
}
