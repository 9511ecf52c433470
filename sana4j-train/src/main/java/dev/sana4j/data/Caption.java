package dev.sana4j.data;

/**
 * A caption of an image.
 *
 * @param text not blank
 * @param score how well the text fits the image, such as a CLIP score; NaN if it was not measured
 */
public record Caption(String text, double score) {

  /**
   * A caption whose fit was not measured.
   *
   * @param text not blank
   * @return a caption without a score
   */
  public static Caption of(String text) {
    return new Caption(text, Double.NaN);
  }

  /**
   * Returns whether there is a score.
   *
   * @return false if the score is NaN
   */
  public boolean hasScore() {
    return !Double.isNaN(score);
  }
}
