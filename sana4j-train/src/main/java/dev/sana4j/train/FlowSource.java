package dev.sana4j.train;

import dev.sana4j.data.CaptionChoice;
import dev.sana4j.data.LatentCache;

/**
 * Pictures with their text; closes both.
 *
 * @param cache latents
 * @param text where its condition comes from
 * @param captions how one of several is chosen
 * @param weight of its loss
 */
record FlowSource(LatentCache cache, TextSource text, CaptionChoice captions, double weight)
    implements AutoCloseable {
  @Override
  public void close() {
    text.close();
    cache.close();
  }
}
