package dev.sana4j.emoji.scene;

import java.awt.image.BufferedImage;
import java.util.Arrays;

/** A drawing without its transparent margin. */
final class Sprite {
  private final int width;
  private final int height;
  private final int[] argb;

  /**
   * Creates a drawing.
   *
   * @param width in pixels
   * @param height in pixels
   * @param argb (height, width), rows from the top; alpha in bits 24 to 31, colours not
   *     premultiplied
   */
  Sprite(int width, int height, int[] argb) {
    this.width = width;
    this.height = height;
    this.argb = argb;
  }

  /** Crops a cell of a sheet to its visible part. */
  static Sprite cut(BufferedImage sheet, int left, int top, int side) {
    int[] cell = sheet.getRGB(left, top, side, side, null, 0, side);
    int minX = side;
    int minY = side;
    int maxX = -1;
    int maxY = -1;
    for (int i = 0; i < cell.length; i++) {
      if (cell[i] >>> 24 != 0) {
        minX = Math.min(minX, i % side);
        maxX = Math.max(maxX, i % side);
        minY = Math.min(minY, i / side);
        maxY = Math.max(maxY, i / side);
      }
    }
    if (maxX < 0) {
      throw new IllegalStateException(
          "the sheet of sprites has an empty cell at " + left + "," + top);
    }
    int width = maxX - minX + 1;
    int height = maxY - minY + 1;
    int[] argb = new int[width * height];
    for (int y = 0; y < height; y++) {
      System.arraycopy(cell, (minY + y) * side + minX, argb, y * width, width);
    }
    return new Sprite(width, height, argb);
  }

  /** Returns the same drawing in a colour. */
  Sprite tinted(Tint tint) {
    return new Sprite(width, height, Recolouring.apply(argb, tint));
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** Returns the opaque share of its rectangle. */
  double opaqueShare() {
    return (double) Arrays.stream(argb).filter(pixel -> pixel >>> 24 > 250).count() / argb.length;
  }

  int longest() {
    return Math.max(width, height);
  }

  /** Unpacks a row to premultiplied red, green, blue and alpha from 0 to 1. */
  void premultiplied(int row, float[] into) {
    for (int x = 0; x < width; x++) {
      int pixel = argb[row * width + x];
      float alpha = (pixel >>> 24) / 255f;
      float share = alpha / 255f;
      into[4 * x] = (pixel >> 16 & 255) * share;
      into[4 * x + 1] = (pixel >> 8 & 255) * share;
      into[4 * x + 2] = (pixel & 255) * share;
      into[4 * x + 3] = alpha;
    }
  }
}
