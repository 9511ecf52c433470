package dev.sana4j.train;

/** Seeds for what is drawn at one point of a training, so that no generator has a state to keep. */
final class Seeds {
  private Seeds() {}

  /** A seed that depends on all its arguments; mixing as in SplitMix64 (Steele et al., 2014). */
  static long of(long seed, long number, String purpose) {
    return mixed(mixed(seed + 0x9E3779B97F4A7C15L * (number + 1)) + purpose.hashCode());
  }

  private static long mixed(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
