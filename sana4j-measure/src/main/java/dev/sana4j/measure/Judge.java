package dev.sana4j.measure;

import dev.sana4j.image.RgbImage;
import java.util.List;

/** Scores how well images match a prompt. Higher is better. */
public interface Judge {
  /**
   * Returns the name of the judge, as metadata and reports show it.
   *
   * @return for example {@code clip}
   */
  String name();

  /**
   * Refuses a prompt that this judge cannot compare images with, before images of it are made.
   *
   * @param prompt the prompt
   * @throws dev.sana4j.files.SanaException with one line for the author of the prompt
   */
  default void check(String prompt) {}

  /**
   * Scores images of one prompt.
   *
   * @param prompt the prompt
   * @param images at least one
   * @return one finite number per image
   * @throws MeasureException if the judge fails
   */
  List<Double> scores(String prompt, List<RgbImage> images);
}
