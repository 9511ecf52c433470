package dev.sana4j.pipeline.model;

import dev.sana4j.image.ImageSize;
import dev.sana4j.image.TileGrid;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.Task;

/** The tiles of an upscaled image. */
public final class UpscaleTiles {
  /** Each tile shares a quarter with each neighbour, where they blend. */
  private static final int OVERLAP_SHARE = 4;

  private UpscaleTiles() {}

  /**
   * Returns the size of a tile.
   *
   * @param config the model
   * @return the model's native size
   */
  static ImageSize tile(ModelConfig config) {
    int side = Math.min(config.nativeResolution(), ImageSize.MAX_SIDE);
    return new ImageSize(side, side);
  }

  /**
   * Returns how many images the networks generate per image of a request.
   *
   * @param config the model
   * @param request the request
   * @return 1, or the number of tiles for upscaling
   */
  static int count(ModelConfig config, GenerationRequest request) {
    int tiles = 0;
    if (request.task() instanceof Task.Upscale task) {
      for (int factor = 2; factor <= task.factor(); factor *= 2) {
        tiles += grid(config, task.image().size(), factor).count();
      }
    }
    return Math.max(1, tiles);
  }

  /**
   * Returns the grid of tiles.
   *
   * @param config the model
   * @param image size of the input image
   * @param factor scale factor
   * @return the tiles of the larger image
   */
  public static TileGrid grid(ModelConfig config, ImageSize image, int factor) {
    int side = tile(config).width();
    var size = new ImageSize(factor * image.width(), factor * image.height());
    return new TileGrid(size, side, side / OVERLAP_SHARE);
  }
}
