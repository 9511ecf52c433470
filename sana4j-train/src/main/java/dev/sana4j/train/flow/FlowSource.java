package dev.sana4j.train.flow;

import dev.sana4j.data.CaptionChoice;
import dev.sana4j.data.LatentCache;
import dev.sana4j.data.SampleOrder;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * Images with their text; closes both.
 *
 * @param cache cache of the latents
 * @param text source of the text condition
 * @param captions choice among several captions
 * @param order how images are shuffled
 * @param weight weight of the loss
 */
public record FlowSource(
    LatentCache cache, TextSource text, CaptionChoice captions, SampleOrder order, double weight)
    implements AutoCloseable {

  /** Opens the existing cache in its folder. */
  static FlowSource open(
      DataRecipe data,
      Path folder,
      double weight,
      Encoders encoders,
      Function<LatentCache, TextSource> text) {
    LatentCache cache = LatentCache.open(folder, encoders.fingerprint());
    try {
      return new FlowSource(cache, text.apply(cache), data.captions(), data.order(), weight);
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
