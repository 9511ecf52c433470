package dev.sana4j.pipeline;

/** Hears about the progress of a generation, and may cancel it. */
@FunctionalInterface
public interface GenerationListener {

  /** Goes on, whatever happens. */
  GenerationListener NONE = progress -> true;

  /**
   * How far a generation is.
   *
   * @param step denoising steps done, over all images
   * @param steps denoising steps in all
   */
  record Progress(int step, int steps) {}

  /**
   * Called once after every denoising step.
   *
   * @param progress how far it is
   * @return true to go on, false to cancel
   */
  boolean onProgress(Progress progress);
}
