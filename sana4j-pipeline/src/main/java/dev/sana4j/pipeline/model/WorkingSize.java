package dev.sana4j.pipeline.model;

import dev.sana4j.image.AspectRatioBins;
import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.pipeline.request.Task;

/** The size that the networks of a model work at for a request. */
final class WorkingSize {
  /** Pixels of the image per place of the latents, in the published pipelines. */
  private static final int PUBLISHED_MULTIPLE = 32;

  /** Up to this factor an image is scaled as the published pipelines do, which do not filter. */
  private static final double NEAR = 2;

  private final ModelConfig config;

  WorkingSize(ModelConfig config) {
    this.config = config;
  }

  /** Returns the size for a request; for upscaling, the size of a tile. */
  ImageSize of(GenerationRequest request) {
    if (request.task() instanceof Task.Upscale) {
      return requireMultiple(UpscaleTiles.tile(config));
    }
    ImageSize size = request.size();
    return switch (request.binning()) {
      case AUTO -> bins(config.nativeResolution()).closest(size);
      case ON -> requireMultiple(bins(latentResolution()).closest(size));
      case OFF -> requireMultiple(size);
    };
  }

  /**
   * Returns whether the decoded image is scaled as by the published pipelines, without a filter.
   * Otherwise the scaling is antialiased.
   */
  boolean scalesAsPublished(GenerationRequest request) {
    ImageSize size = request.size();
    ImageSize working = of(request);
    double scale =
        Math.max(
            (double) size.width() / working.width(), (double) size.height() / working.height());
    return switch (request.binning()) {
      case AUTO -> isPublished(config.nativeResolution()) && scale <= NEAR && scale >= 1 / NEAR;
      case ON -> isPublished(latentResolution());
      case OFF -> true; // the sizes are equal
    };
  }

  /** Returns the resolution by which the published pipelines choose a table. */
  private int latentResolution() {
    return PUBLISHED_MULTIPLE * config.transformer().sampleSize();
  }

  private boolean isPublished(int resolution) {
    return AspectRatioBins.arePublished(resolution, config.sizeStep());
  }

  /** Returns the published bins of a resolution, or those of the native one. */
  private AspectRatioBins bins(int resolution) {
    return isPublished(resolution)
        ? AspectRatioBins.of(resolution)
        : AspectRatioBins.ofModel(config.nativeResolution(), config.sizeStep());
  }

  private ImageSize requireMultiple(ImageSize size) {
    int step = config.sizeStep();
    if (size.width() % step != 0 || size.height() % step != 0) {
      throw new RequestException(
          "size "
              + size
              + " is not a multiple of "
              + step
              + "; the nearest is "
              + new ImageSize(nearest(size.width(), step), nearest(size.height(), step)));
    }
    return size;
  }

  private static int nearest(int side, int step) {
    return Math.max(step, (side + step / 2) / step * step);
  }
}
