package dev.sana4j.train;

/** Ranges of config values; the message begins with the key, as recipes report it. */
final class Checks {
  private Checks() {}

  static void atLeast(String key, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(key + " is " + value + ", not at least " + least);
    }
  }

  static void positive(String key, double value) {
    if (!(value > 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(key + " is " + value + ", not positive");
    }
  }

  static void notNegative(String key, double value) {
    if (!(value >= 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(key + " is " + value + ", not 0 or more");
    }
  }

  static void share(String key, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(key + " is " + value + ", not at least 0 and below 1");
    }
  }
}
