package dev.sana4j.dcae;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.CheckpointException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Cuts an image into overlapping tiles, so that memory does not grow with its size. Overlaps are
 * blended linearly.
 *
 * @param size side of a tile in image pixels
 * @param stride distance between tiles in image pixels, 1 to {@code size}
 */
public record Tiling(int size, int stride) {
  /** Checks the sizes. */
  public Tiling {
    if (stride < 1 || size < stride) {
      throw new CheckpointException(
          "the stride of tiles must be 1 to their size of " + size + " pixels, but was " + stride);
    }
  }

  /**
   * Returns the default tiling: tiles of 512 pixels that overlap by 64, as in the public model.
   *
   * @return the tiling
   */
  public static Tiling standard() {
    return new Tiling(512, 448);
  }

  /** Returns the same tiling in units of {@code pixels} image pixels. */
  Tiling dividedBy(int pixels) {
    if (size % pixels != 0 || stride % pixels != 0) {
      throw new CheckpointException(
          "tile size and stride must be multiples of "
              + pixels
              + " pixels, but were "
              + size
              + " and "
              + stride);
    }
    return new Tiling(size / pixels, stride / pixels);
  }

  /** Returns whether an input of this height and width is larger than one tile. */
  boolean isNeededFor(Tensor input) {
    return input.size(2) > size || input.size(3) > size;
  }

  /**
   * Applies a function to each tile and blends the results.
   *
   * @param input (B, C, H, W) in the units of this tiling
   * @param output this tiling in the units of the result
   * @param network the function for one tile
   * @return the blended result
   */
  Tensor map(Tensor input, Tiling output, UnaryOperator<Tensor> network) {
    List<List<Tensor>> tiles = new ArrayList<>();
    for (long top = 0; top < input.size(2); top += stride) {
      Tensor row = input.narrow(2, top, Math.min(size, input.size(2) - top));
      List<Tensor> mapped = new ArrayList<>();
      for (long left = 0; left < input.size(3); left += stride) {
        Tensor tile = row.narrow(3, left, Math.min(size, input.size(3) - left));
        mapped.add(network.apply(tile.contiguous()));
      }
      tiles.add(mapped);
    }
    return output.join(tiles);
  }

  private Tensor join(List<List<Tensor>> tiles) {
    int overlap = size - stride;
    List<Tensor> rows = new ArrayList<>();
    for (int y = 0; y < tiles.size(); y++) {
      List<Tensor> row = tiles.get(y);
      List<Tensor> cut = new ArrayList<>();
      for (int x = 0; x < row.size(); x++) {
        if (y > 0) {
          row.set(x, blend(tiles.get(y - 1).get(x), row.get(x), overlap, 2));
        }
        if (x > 0) {
          row.set(x, blend(row.get(x - 1), row.get(x), overlap, 3));
        }
        cut.add(crop(crop(row.get(x), 2), 3));
      }
      rows.add(Tensors.cat(cut, 3));
    }
    return Tensors.cat(rows, 2);
  }

  private Tensor crop(Tensor tile, int dimension) {
    return tile.narrow(dimension, 0, Math.min(stride, tile.size(dimension)));
  }

  /** Fades out the end of {@code before} and fades in the beginning of {@code tile}. */
  private static Tensor blend(Tensor before, Tensor tile, int overlap, int dimension) {
    long extent = Math.min(overlap, Math.min(before.size(dimension), tile.size(dimension)));
    if (extent == 0) {
      return tile;
    }
    long[] along = dimension == 2 ? new long[] {1, 1, extent, 1} : new long[] {1, 1, 1, extent};
    Tensor ramp = Tensors.range(extent, DType.FLOAT32, tile.device()).div((double) extent);
    Tensor rising = ramp.reshape(along).to(tile.dtype());
    Tensor end = before.narrow(dimension, before.size(dimension) - extent, extent);
    Tensor begin = tile.narrow(dimension, 0, extent);
    Tensor mixed = end.add(begin.sub(end).mul(rising));
    Tensor rest = tile.narrow(dimension, extent, tile.size(dimension) - extent);
    return Tensors.cat(List.of(mixed, rest), dimension);
  }
}
