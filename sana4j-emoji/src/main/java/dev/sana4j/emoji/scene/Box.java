package dev.sana4j.emoji.scene;

/**
 * The box of an object in an image, in pixels from the image's upper left corner.
 *
 * @param left edge
 * @param top edge
 * @param right edge
 * @param bottom edge
 */
public record Box(double left, double top, double right, double bottom) {
  /**
   * The width.
   *
   * @return pixels
   */
  public double width() {
    return right - left;
  }

  /**
   * The height.
   *
   * @return pixels
   */
  public double height() {
    return bottom - top;
  }
}
