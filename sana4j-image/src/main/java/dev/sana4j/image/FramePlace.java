package dev.sana4j.image;

import java.awt.image.BufferedImage;

/**
 * The place of the first frame of an animation on its canvas.
 *
 * @param canvas the size of the whole image
 * @param left columns of the canvas left of the frame
 * @param top rows of the canvas above the frame
 * @param frame the size of the frame
 */
record FramePlace(ImageSize canvas, int left, int top, ImageSize frame) {

  /** Draws a decoded frame on the transparent canvas. */
  BufferedImage onCanvas(BufferedImage image) {
    if (frame.equals(canvas)) {
      return image;
    }
    var whole = new BufferedImage(canvas.width(), canvas.height(), BufferedImage.TYPE_INT_ARGB);
    int[] row = new int[frame.width()];
    for (int y = 0; y < frame.height(); y++) {
      image.getRGB(0, y, row.length, 1, row, 0, row.length);
      whole.setRGB(left, top + y, row.length, 1, row, 0, row.length);
    }
    return whole;
  }
}
