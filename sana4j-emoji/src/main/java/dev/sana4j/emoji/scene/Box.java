package dev.sana4j.emoji.scene;

/**
 * The bounding box of an object, in pixels from the upper left corner of the image.
 *
 * @param left edge
 * @param top edge
 * @param right edge
 * @param bottom edge
 */
public record Box(double left, double top, double right, double bottom) {
  /**
   * Returns the width.
   *
   * @return pixels
   */
  public double width() {
    return right - left;
  }

  /**
   * Returns the height.
   *
   * @return pixels
   */
  public double height() {
    return bottom - top;
  }
}
