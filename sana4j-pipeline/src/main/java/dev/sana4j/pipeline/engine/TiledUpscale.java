package dev.sana4j.pipeline.engine;

import dev.sana4j.image.BackProjection;
import dev.sana4j.image.CoverResize;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.model.UpscaleTiles;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.GenerationRequest.Binning;
import dev.sana4j.pipeline.request.Task;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Upscales an image. It is scaled by 2 and cut into overlapping tiles of the model's native size.
 * Each tile is modified by image to image with its own noise. The joined result is corrected so
 * that it matches the input when it is scaled down. A factor of 4 does this twice.
 */
public final class TiledUpscale {
  private final ModelConfig config;
  private final Function<GenerationRequest, RgbImage> imageToImage;

  public TiledUpscale(ModelConfig config, Function<GenerationRequest, RgbImage> imageToImage) {
    this.config = config;
    this.imageToImage = imageToImage;
  }

  /**
   * Upscales an image. Each tile has the next seed, because the same noise in all tiles would be
   * visible as a pattern.
   */
  public RgbImage apply(GenerationRequest request, Task.Upscale task) {
    AtomicLong seed = new AtomicLong(request.seed());
    RgbImage image = task.image().pixels();
    for (int factor = 2; factor <= task.factor(); factor *= 2) {
      var size = new ImageSize(2 * image.width(), 2 * image.height());
      RgbImage made =
          UpscaleTiles.grid(config, task.image().size(), factor)
              .map(
                  CoverResize.apply(image, size),
                  tile -> imageToImage.apply(ofTile(request, task, tile, seed.getAndIncrement())));
      image = BackProjection.apply(made, image);
    }
    return image;
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
