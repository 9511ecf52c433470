package dev.sana4j.pipeline;

import dev.sana4j.image.BackProjection;
import dev.sana4j.image.CoverResize;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.image.TileGrid;
import dev.sana4j.pipeline.GenerationRequest.Binning;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Makes a picture larger: scaled by 2, cut into overlapping tiles of the size the model was made
 * for, each changed by image to image with noise of its own, joined again, and corrected so that it
 * still shows the picture when it is scaled down; twice for a factor of 4.
 */
final class TiledUpscale {
  /** A quarter of a tile is shared with each neighbour: room to fade from one into the other. */
  private static final int OVERLAP_SHARE = 4;

  private final ModelConfig config;
  private final Function<GenerationRequest, RgbImage> imageToImage;

  TiledUpscale(ModelConfig config, Function<GenerationRequest, RgbImage> imageToImage) {
    this.config = config;
    this.imageToImage = imageToImage;
  }

  /** The size the networks work at. */
  static ImageSize tile(ModelConfig config) {
    int side = Math.min(config.nativeResolution(), ImageSize.MAX_SIDE);
    return new ImageSize(side, side);
  }

  /** How many pictures the networks make for an image of a request: 1 but for upscaling. */
  static int tiles(ModelConfig config, GenerationRequest request) {
    int tiles = 0;
    if (request.task() instanceof Task.Upscale task) {
      for (int factor = 2; factor <= task.factor(); factor *= 2) {
        tiles += grid(config, task.image().size(), factor).count();
      }
    }
    return Math.max(1, tiles);
  }

  private static TileGrid grid(ModelConfig config, ImageSize picture, int factor) {
    int side = tile(config).width();
    var size = new ImageSize(factor * picture.width(), factor * picture.height());
    return new TileGrid(size, side, side / OVERLAP_SHARE);
  }

  /** Each tile has the next seed: the same noise in all would show as a pattern. */
  RgbImage apply(GenerationRequest request, Task.Upscale task) {
    AtomicLong seed = new AtomicLong(request.seed());
    RgbImage picture = task.image().pixels();
    for (int factor = 2; factor <= task.factor(); factor *= 2) {
      var size = new ImageSize(2 * picture.width(), 2 * picture.height());
      RgbImage made =
          grid(config, task.image().size(), factor)
              .map(
                  CoverResize.apply(picture, size),
                  tile -> imageToImage.apply(ofTile(request, task, tile, seed.getAndIncrement())));
      picture = BackProjection.apply(made, picture);
    }
    return picture;
  }

  private GenerationRequest ofTile(
      GenerationRequest request, Task.Upscale task, RgbImage tile, long seed) {
    return request.toBuilder()
        .task(Task.imageToImage(tile, task.strength()))
        .size(tile.size())
        .binning(Binning.OFF)
        .seed(seed)
        .build();
  }
}
