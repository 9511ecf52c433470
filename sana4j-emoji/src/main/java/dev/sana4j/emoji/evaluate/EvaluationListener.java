package dev.sana4j.emoji.evaluate;

import dev.sana4j.image.RgbImage;

/** Hears how an evaluation goes. */
public interface EvaluationListener {
  /** Says nothing. */
  EvaluationListener SILENT = new EvaluationListener() {};

  /** The scorers are ready and nothing was refused; the models are loaded next. */
  default void started() {}

  /**
   * Some of the work is done; may be called from any thread, but never from two at once.
   *
   * @param task what is being done, for example {@code single en}
   * @param done how much of it
   * @param all of how much
   */
  default void progress(String task, int done, int all) {}

  /**
   * Something happened that a user should know.
   *
   * @param text one line
   */
  default void note(String text) {}

  /**
   * An image was made by the model.
   *
   * @param row its row, for example {@code single en}
   * @param number of the image in its row, from 0
   * @param prompt what was asked
   * @param image what came
   */
  default void made(String row, int number, String prompt, RgbImage image) {}
}
