package dev.sana4j.train;

import dev.sana4j.data.Draws;

/** Seeds for the draws at one point of a training, so that no generator state must be saved. */
public final class Seeds {
  private Seeds() {}

  /** A seed that depends on all its arguments. */
  public static long of(long seed, long number, String purpose) {
    long numbered = Draws.scrambled(seed + 0x9E3779B97F4A7C15L * (number + 1));
    return Draws.scrambled(numbered + purpose.hashCode());
  }
}
