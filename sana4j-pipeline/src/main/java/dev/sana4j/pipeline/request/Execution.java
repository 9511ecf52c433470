package dev.sana4j.pipeline.request;

/** In which order a model's networks compute; the images are the same except for rounding. */
public enum Execution {
  /**
   * Unneeded work is skipped: padding, an instruction that has been encoded before, sums of the
   * same pixels; and weights are prepared for it once.
   */
  FAST,

  /** The order of the reference: what {@link #FAST} is measured against. */
  PLAIN
}
