package dev.sana4j.train.flow;

import dev.sana4j.data.Buckets;
import dev.sana4j.data.DataSet;
import dev.sana4j.data.LatentCache;
import dev.sana4j.data.LatentCacheBuilder;
import dev.sana4j.tensor.DType;
import dev.sana4j.train.loop.TrainingListener;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Encodes images and captions into a cache of latents and embeddings. */
final class LatentCaching {
  private static final int IMAGES = 8;
  private static final double PIXELS = IMAGES * 1024.0 * 1024.0;
  private static final int CAPTIONS = 64;

  private LatentCaching() {}

  /** Builds the cache, or its missing parts. */
  static void cache(
      DataRecipe recipe, Path folder, Encoders encoders, int multiple, TrainingListener listener) {
    DataSet data = recipe.open();
    listener.opened(recipe.path(), data);
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    var settings = settings(folder, encoders, recipe.resolution(), threads);
    try (LatentCache cache =
        LatentCacheBuilder.build(
            data,
            Buckets.of(recipe.resolution(), multiple, recipe.maxRatio()),
            settings,
            encoders::latents,
            encoders::captions,
            (done, total) -> listener.preparing("encoding images", done, total))) {
      listener.leftOut(folder, cache.skipped());
    }
  }

  /** Returns the settings of a cache. */
  static LatentCacheBuilder.Settings settings(
      Path folder, Encoders encoders, int resolution, int threads) {
    return new LatentCacheBuilder.Settings(
        folder, encoders.fingerprint(), DType.FLOAT32, images(resolution), CAPTIONS, threads);
  }

  /**
   * Returns the number of images that are encoded together; fewer if they are large, so that the
   * memory stays the same.
   */
  static int images(int resolution) {
    return (int) Math.max(1, Math.min(IMAGES, PIXELS / resolution / resolution));
  }

  /** Returns all captions of a data set. */
  static Stream<String> captions(DataSet data) {
    return IntStream.range(0, data.size())
        .boxed()
        .flatMap(i -> data.captions(i).stream())
        .map(caption -> caption.text());
  }
}
