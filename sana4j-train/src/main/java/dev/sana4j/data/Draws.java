package dev.sana4j.data;

import java.util.Random;

/** Random numbers that are a pure function of a seed and their purpose. */
public final class Draws {
  static final int CAPTIONS = 1;
  static final int ORDER = 2;
  static final int BATCHES = 3;
  static final int PHASE = 4;
  static final int FLIPS = 5;
  public static final int DRAWINGS = 6;

  private Draws() {}

  /** {@link Random} has an algorithm that its specification fixes for every Java. */
  public static Random random(long seed, long... path) {
    long state = mix(seed);
    for (long step : path) {
      state = mix(state ^ step);
    }
    return new Random(state);
  }

  /** One step of SplitMix64 (Steele, Lea and Flood, 2014). */
  static long mix(long value) {
    return scrambled(value + 0x9E3779B97F4A7C15L);
  }

  /**
   * The output function of SplitMix64: numbers that differ little become numbers that differ much.
   *
   * @param value any
   * @return one of as many values
   */
  public static long scrambled(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
