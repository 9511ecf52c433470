package dev.sana4j.spark;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a job that encodes captioned images.
 *
 * @param model model whose autoencoder and text encoder are used
 * @param data folder, shards or Parquet table of captioned images, which all machines see under
 *     this path
 * @param caption caption of images without one; null to skip them
 * @param resolution side of a square with the area of the images; 0 for that of the model
 * @param maxRatio largest ratio of the longer to the shorter side
 * @param output folder of the cache, which all machines see under this path
 * @param imagesPerTask images of a task, which are repeated together after a failure
 */
public record EncodeSettings(
    ModelChoice model,
    String data,
    @Nullable String caption,
    int resolution,
    double maxRatio,
    String output,
    int imagesPerTask)
    implements Serializable {

  /** Checks the number of images. */
  public EncodeSettings {
    if (imagesPerTask < 1) {
      throw new BatchException("a task needs at least 1 image");
    }
  }

  EncodeSettings with(String shards) {
    return new EncodeSettings(model, shards, caption, resolution, maxRatio, output, imagesPerTask);
  }

  EncodeSettings with(ModelChoice decided) {
    return new EncodeSettings(decided, data, caption, resolution, maxRatio, output, imagesPerTask);
  }
}
