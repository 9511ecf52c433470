package dev.sana4j.pipeline.request;

import java.util.Locale;

/** Where the text encoder of a model on a GPU is kept. It is the largest part of most models. */
public enum Offload {
  /** Chooses the first of the others that fits into the free memory of the GPU. */
  AUTO,

  /** It stays on the GPU. */
  NONE,

  /** It is on the GPU only while prompts are encoded, and is loaded again for the next prompts. */
  TEXT_AFTER_USE,

  /** It computes on the CPU. */
  TEXT_ON_CPU;

  /**
   * Returns the name for options.
   *
   * @return for example {@code text-on-cpu}
   */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
