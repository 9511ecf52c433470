package dev.sana4j.pipeline.model;

import dev.sana4j.image.ImageSize;
import dev.sana4j.image.TileGrid;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.Task;

/** The tiles in which an image is made larger. */
public final class UpscaleTiles {
  /** A quarter of a tile is shared with each neighbour: room to fade from one into the other. */
  private static final int OVERLAP_SHARE = 4;

  private UpscaleTiles() {}

  /**
   * The size that the networks work at.
   *
   * @param config which model
   * @return the model's own size
   */
  static ImageSize tile(ModelConfig config) {
    int side = Math.min(config.nativeResolution(), ImageSize.MAX_SIDE);
    return new ImageSize(side, side);
  }

  /**
   * How many images the networks make for an image of a request.
   *
   * @param config which model
   * @param request what is asked
   * @return 1 but for upscaling
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
   * Where the tiles are.
   *
   * @param config which model
   * @param image the size of the image that is made larger
   * @param factor how many times as wide and high
   * @return the tiles of the larger image
   */
  public static TileGrid grid(ModelConfig config, ImageSize image, int factor) {
    int side = tile(config).width();
    var size = new ImageSize(factor * image.width(), factor * image.height());
    return new TileGrid(size, side, side / OVERLAP_SHARE);
  }
}
