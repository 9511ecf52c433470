package dev.sana4j.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The index of a cache that is joined from parts. */
final class CacheIndexes {
  private CacheIndexes() {}

  /**
   * Returns the index after some parts.
   *
   * @param parts at least one, in their order
   * @throws DataException if the parts do not belong together, or one does not start where the one
   *     before it ends
   */
  static CacheIndex joined(List<CacheIndex> parts) {
    CacheIndex joined = parts.get(0);
    requireStart(joined, 0);
    for (CacheIndex next : parts.subList(1, parts.size())) {
      joined = plus(joined, next);
    }
    return joined;
  }

  private static void requireAlike(CacheIndex one, CacheIndex next) {
    boolean alike =
        one.fingerprint().equals(next.fingerprint())
            && one.source().equals(next.source())
            && one.dtype() == next.dtype()
            && one.total() == next.total();
    if (!alike || !one.complete() || !next.complete()) {
      throw new DataException(
          "the parts are unfinished, or of different caches; delete them and start again");
    }
  }

  /** Images of a part are either samples or skipped; other entries of the data set do not count. */
  private static void requireStart(CacheIndex part, int first) {
    long broken = new SkipReport(part.skipped()).count(SkipReason.BROKEN_IMAGE);
    long start = part.done() - part.samples() - broken;
    if (start != first) {
      throw new DataException(
          "a part starts after %d images instead of %d; delete the parts and start again"
              .formatted(start, first));
    }
  }

  private static CacheIndex plus(CacheIndex one, CacheIndex next) {
    requireAlike(one, next);
    requireStart(next, one.done());
    List<CacheIndex.Rows> buckets = new ArrayList<>(one.buckets());
    for (CacheIndex.Rows rows : next.buckets()) {
      buckets = CacheIndex.withRows(buckets, rows);
    }
    return new CacheIndex(
        one.version(),
        true,
        one.fingerprint(),
        one.source(),
        one.dtype(),
        next.done(),
        one.total(),
        same("channels of latents", one.channels(), next.channels()),
        same("width of embeddings", one.textWidth(), next.textWidth()),
        one.captions() + next.captions(),
        one.tokens() + next.tokens(),
        one.wordBytes() + next.wordBytes(),
        buckets,
        skipped(one, next));
  }

  private static Map<SkipReason, SkipReport.Skips> skipped(CacheIndex one, CacheIndex next) {
    SkipTally tally = SkipTally.from(new SkipReport(one.skipped()));
    tally.add(new SkipReport(next.skipped()));
    return tally.report().reasons();
  }

  private static int same(String what, int one, int next) {
    if (one != 0 && next != 0 && one != next) {
      throw new DataException(what + " differ between parts: " + one + " and " + next);
    }
    return Math.max(one, next);
  }
}
