package dev.sana4j.measure.objects;

import org.jspecify.annotations.Nullable;

/**
 * One object that a detector found.
 *
 * @param name the class, such as {@code dog}
 * @param score the confidence of the detector, 0 to 1
 * @param box where it is
 * @param color the name of its colour, or null if the detector does not name colours
 */
public record Detection(String name, double score, Box box, @Nullable String color) {

  /**
   * A box in pixels or in any other unit; y grows downwards.
   *
   * @param left left edge
   * @param top top edge
   * @param right right edge
   * @param bottom bottom edge
   */
  public record Box(double left, double top, double right, double bottom) {
    double middleX() {
      return (left + right) / 2;
    }

    double middleY() {
      return (top + bottom) / 2;
    }

    double width() {
      return Math.abs(right - left);
    }

    double height() {
      return Math.abs(bottom - top);
    }
  }
}
