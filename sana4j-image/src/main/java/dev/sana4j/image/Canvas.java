package dev.sana4j.image;

import java.util.Arrays;

/**
 * An image placed on a larger canvas, and the mask of the area to paint. Input for outpainting.
 *
 * @param image the canvas: the image with its edge pixels repeated outwards
 * @param mask black where the image is, white around it
 */
public record Canvas(RgbImage image, RgbImage mask) {
  private static final byte WHITE = (byte) 255;

  /**
   * Places an image in the middle of a canvas.
   *
   * @param image the image to place
   * @param size the size of the canvas
   * @return the canvas
   * @throws ImageException if the image does not fit or covers the whole canvas
   */
  public static Canvas centred(RgbImage image, ImageSize size) {
    return place(
        image, size, (size.width() - image.width()) / 2, (size.height() - image.height()) / 2);
  }

  /**
   * Places an image at a position on a canvas.
   *
   * @param source the image to place
   * @param size the size of the canvas
   * @param left the number of canvas columns to the left of the image
   * @param top the number of canvas rows above the image
   * @return the canvas
   * @throws ImageException if the image does not fit there or covers the whole canvas
   */
  public static Canvas place(RgbImage source, ImageSize size, int left, int top) {
    boolean fits =
        left >= 0
            && top >= 0
            && (long) left + source.width() <= size.width()
            && (long) top + source.height() <= size.height();
    if (!fits) {
      throw new ImageException(
          "an image of %s at %d,%d does not fit into a canvas of %s"
              .formatted(source.size(), left, top, size));
    }
    if (source.size().equals(size)) {
      throw new ImageException(
          "the image covers the whole canvas of " + size + "; choose a larger canvas");
    }
    byte[] image = new byte[size.width() * size.height() * 3];
    byte[] mask = new byte[image.length];
    for (int y = 0; y < size.height(); y++) {
      int row = Math.max(0, Math.min(source.height() - 1, y - top));
      fillRow(source, row, image, y * size.width() * 3, size.width(), left);
      Arrays.fill(mask, y * size.width() * 3, (y + 1) * size.width() * 3, WHITE);
      if (row == y - top) {
        int from = (y * size.width() + left) * 3;
        Arrays.fill(mask, from, from + source.width() * 3, (byte) 0);
      }
    }
    return new Canvas(RgbImage.owning(size, image), RgbImage.owning(size, mask));
  }

  private static void fillRow(
      RgbImage source, int row, byte[] image, int start, int width, int left) {
    byte[] rgb = source.shared();
    for (int x = 0; x < width; x++) {
      int column = Math.max(0, Math.min(source.width() - 1, x - left));
      System.arraycopy(rgb, (row * source.width() + column) * 3, image, start + 3 * x, 3);
    }
  }
}
