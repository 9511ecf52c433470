package dev.sana4j.emoji.evaluate;

import dev.sana4j.image.RgbImage;

/** Receives the progress of an evaluation. */
public interface EvaluationListener {
  /** Ignores all events. */
  EvaluationListener SILENT = new EvaluationListener() {};

  /** The scorers are ready and all checks have passed; the models are loaded next. */
  default void started() {}

  /**
   * Reports progress; may be called from any thread, but never from two at the same time.
   *
   * @param task the task, for example {@code single en}
   * @param done how much of it
   * @param all of how much
   */
  default void progress(String task, int done, int all) {}

  /**
   * Reports an event to the user.
   *
   * @param text one line
   */
  default void note(String text) {}

  /**
   * An image was made by the model.
   *
   * @param row its row, for example {@code single en}
   * @param number of the image in its row, from 0
   * @param prompt the prompt
   * @param image the image
   */
  default void made(String row, int number, String prompt, RgbImage image) {}
}
