package dev.sana4j.emoji.evaluate;

import dev.sana4j.image.RgbImage;

/** Receives the progress of an evaluation. */
public interface EvaluationListener {
  /** Ignores all progress. */
  EvaluationListener SILENT = new EvaluationListener() {};

  /** The scorers are ready and all options are valid; the models are loaded next. */
  default void started() {}

  /**
   * Some of the work is done. May be called from any thread, but never from two at the same time.
   *
   * @param task the task, for example {@code single en}
   * @param done work done so far
   * @param all work of the whole task
   */
  default void progress(String task, int done, int all) {}

  /**
   * Reports an event to the user.
   *
   * @param text one line
   */
  default void note(String text) {}

  /**
   * The model has generated an image.
   *
   * @param row row of the image, for example {@code single en}
   * @param number index of the image in its row, from 0
   * @param prompt the prompt
   * @param image the image
   */
  default void made(String row, int number, String prompt, RgbImage image) {}
}
