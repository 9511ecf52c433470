package dev.sana4j.train.flow;

import dev.sana4j.data.CaptionChoice;
import dev.sana4j.data.LatentCache;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * Images with their text; closes both.
 *
 * @param cache latents
 * @param text source of its text condition
 * @param captions how one of several is chosen
 * @param weight of its loss
 */
public record FlowSource(LatentCache cache, TextSource text, CaptionChoice captions, double weight)
    implements AutoCloseable {

  /** Opens the cache that the encoders have filled, in its folder. */
  static FlowSource open(
      DataRecipe data,
      Path folder,
      double weight,
      Encoders encoders,
      Function<LatentCache, TextSource> text) {
    LatentCache cache = LatentCache.open(folder, encoders.fingerprint());
    try {
      return new FlowSource(cache, text.apply(cache), data.captions(), weight);
    } catch (RuntimeException | Error e) {
      cache.close();
      throw e;
    }
  }

  @Override
  public void close() {
    text.close();
    cache.close();
  }
}
