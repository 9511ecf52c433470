package dev.sana4j.image;

import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * Square overlapping tiles that cover an image. Each tile can be changed separately. When the
 * changed tiles are joined, each fades into the next one within the overlap, so no seams appear.
 */
public final class TileGrid {
  private final ImageSize size;
  private final int side;
  private final int[] lefts;
  private final int[] tops;

  /**
   * Creates a grid of tiles.
   *
   * @param size the size of the image
   * @param side the side of a tile in pixels
   * @param overlap the minimum overlap of neighbours in pixels, less than {@code side}
   */
  public TileGrid(ImageSize size, int side, int overlap) {
    if (overlap < 0 || overlap >= side) {
      throw new ImageException(
          "the overlap of "
              + side
              + "-pixel tiles must be 0 to "
              + (side - 1)
              + ", but was "
              + overlap);
    }
    this.size = size;
    this.side = side;
    lefts = places(size.width(), side, overlap);
    tops = places(size.height(), side, overlap);
  }

  /** Spreads tiles evenly from edge to edge; centres a tile that is larger than the image. */
  private static int[] places(int length, int side, int overlap) {
    if (length <= side) {
      return new int[] {(length - side) / 2};
    }
    int count = (length - overlap + side - overlap - 1) / (side - overlap);
    int[] places = new int[count];
    for (int i = 0; i < count; i++) {
      places[i] = (int) Math.round((double) i * (length - side) / (count - 1));
    }
    return places;
  }

  /**
   * Returns the number of tiles.
   *
   * @return at least 1
   */
  public int count() {
    return lefts.length * tops.length;
  }

  /**
   * Changes an image tile by tile, row by row.
   *
   * @param image an image of the grid's size
   * @param change maps a square tile to one of the same size; the image's edge is repeated where a
   *     tile exceeds the image
   * @return the joined tiles
   */
  public RgbImage map(RgbImage image, UnaryOperator<RgbImage> change) {
    byte[] joined = new byte[size.width() * size.height() * 3];
    for (int row = 0; row < tops.length; row++) {
      float[] down = ramp(tops, row);
      for (int column = 0; column < lefts.length; column++) {
        RgbImage tile = change.apply(cut(image, lefts[column], tops[row]));
        lay(tile, lefts[column], tops[row], ramp(lefts, column), down, joined);
      }
    }
    return RgbImage.owning(size, joined);
  }

  private RgbImage cut(RgbImage image, int left, int top) {
    byte[] from = image.shared();
    byte[] tile = new byte[side * side * 3];
    for (int y = 0; y < side; y++) {
      int row = Math.max(0, Math.min(size.height() - 1, top + y)) * size.width();
      for (int x = 0; x < side; x++) {
        int pixel = row + Math.max(0, Math.min(size.width() - 1, left + x));
        System.arraycopy(from, 3 * pixel, tile, 3 * (y * side + x), 3);
      }
    }
    return RgbImage.owning(new ImageSize(side, side), tile);
  }

  /**
   * Returns blend weights that rise over the overlap with the previous tile; all 1 for the first
   * tile.
   */
  private float[] ramp(int[] places, int index) {
    float[] ramp = new float[side];
    Arrays.fill(ramp, 1);
    int overlap = index == 0 ? 0 : places[index - 1] + side - places[index];
    for (int i = 0; i < overlap; i++) {
      ramp[i] = (i + 0.5f) / overlap;
    }
    return ramp;
  }

  /** Blends a tile over the tiles joined so far. */
  private void lay(RgbImage tile, int left, int top, float[] across, float[] down, byte[] joined) {
    byte[] from = tile.shared();
    for (int y = Math.max(0, -top); y < Math.min(side, size.height() - top); y++) {
      for (int x = Math.max(0, -left); x < Math.min(side, size.width() - left); x++) {
        float weight = across[x] * down[y];
        int target = 3 * ((top + y) * size.width() + left + x);
        int source = 3 * (y * side + x);
        for (int channel = 0; channel < 3; channel++) {
          int before = joined[target + channel] & 0xFF;
          int after = from[source + channel] & 0xFF;
          joined[target + channel] = (byte) Math.round(before + weight * (after - before));
        }
      }
    }
  }
}
