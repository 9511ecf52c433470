package dev.sana4j.pipeline.request;

/** How the networks of a model compute; the images are the same except for rounding. */
public enum Execution {
  /**
   * Skips redundant work: padding, a cached instruction, and sums of repeated pixels. Some weights
   * are prepared once for this.
   */
  FAST,

  /** Computes like the reference; the baseline for {@link #FAST}. */
  PLAIN
}
