package dev.sana4j.data;

import dev.sana4j.tensor.Tensors;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Batches of pixels, decoded and resized on background threads, in the order of a sampler,
 * endlessly.
 *
 * <p>A broken image is counted and replaced by the next one of the whole batch, so that all workers
 * agree.
 */
public final class PixelBatches implements AutoCloseable {
  private final DataSet data;
  private final PixelLoader loader;
  private final Set<Integer> broken = ConcurrentHashMap.newKeySet();
  private final SkipTally skips = new SkipTally();
  private final Settings settings;
  private final Prefetch<Loaded> prefetch;

  /**
   * How batches are loaded.
   *
   * @param rank of this worker, from 0
   * @param workers how many share each batch
   * @param threads how many batches are loaded at a time
   * @param flip whether each image is mirrored with probability 1/2
   * @param seed of the chance
   */
  public record Settings(int rank, int workers, int threads, boolean flip, long seed) {

    /**
     * One worker, no flips.
     *
     * @param threads how many batches are loaded at a time
     * @return the default settings
     */
    public static Settings alone(int threads) {
      return new Settings(0, 1, threads, false, 0);
    }
  }

  /** A batch without its tensor, which the caller's thread creates. */
  private static final class Loaded {
    final Batch batch;
    final float[] pixels;

    Loaded(Batch batch, float[] pixels) {
      this.batch = batch;
      this.pixels = pixels;
    }
  }

  private PixelBatches(DataSet data, BatchSampler sampler, BatchPosition from, Settings settings) {
    this.data = data;
    this.settings = settings;
    loader = new PixelLoader(data);
    prefetch = new Prefetch<>(tasks(sampler, from), settings.threads(), settings.threads() + 1);
  }

  /**
   * Begins to load.
   *
   * @param data where the images are
   * @param sampler which images make a batch; not to be used elsewhere until this is closed
   * @param from the first batch to load
   * @param settings how
   * @return the batches, to be closed by the caller
   * @throws DataException if the batch cannot be divided among the workers
   */
  public static PixelBatches open(
      DataSet data, BatchSampler sampler, BatchPosition from, Settings settings) {
    if (settings.threads() < 1) {
      throw new DataException("loading images needs at least 1 thread");
    }
    return new PixelBatches(data, sampler, from, settings);
  }

  private Iterator<Callable<Loaded>> tasks(BatchSampler sampler, BatchPosition from) {
    return new Iterator<>() {
      private BatchPosition next = sampler.settle(from);

      @Override
      public boolean hasNext() {
        return true;
      }

      @Override
      public Callable<Loaded> next() {
        Batch whole = sampler.batch(next);
        Batch part = whole.slice(settings.rank(), settings.workers());
        next = sampler.next(next);
        return () -> load(whole, part);
      }
    };
  }

  private Loaded load(Batch whole, Batch part) {
    float[] pixels = PixelLoader.room(part.samples().size(), part.size());
    int first = settings.rank() * part.samples().size();
    for (int slot = 0; slot < part.samples().size(); slot++) {
      load(whole, first + slot, pixels, slot);
    }
    return new Loaded(part, pixels);
  }

  private void load(Batch whole, int place, float[] pixels, int slot) {
    List<Integer> samples = whole.samples();
    BatchPosition position = whole.position();
    boolean flip =
        settings.flip()
            && Draws.random(settings.seed(), Draws.FLIPS, position.epoch(), position.batch(), place)
                .nextBoolean();
    for (int tried = 0; tried < samples.size(); tried++) {
      int sample = samples.get((place + tried) % samples.size());
      if (loader.load(sample, whole.size(), flip, pixels, slot)) {
        return;
      }
      if (broken.add(sample)) {
        skips.add(SkipReason.BROKEN_IMAGE, data.key(sample));
      }
    }
    throw new DataException("none of the " + samples.size() + " images of a batch can be read");
  }

  /**
   * Waits for the next batch.
   *
   * @return this worker's part, to be closed by the caller
   * @throws DataException if none of a batch's images can be read
   */
  public PixelBatch next() {
    Loaded loaded = prefetch.next();
    var size = loaded.batch.size();
    return new PixelBatch(
        loaded.batch,
        Tensors.of(loaded.pixels, loaded.batch.samples().size(), 3, size.height(), size.width()));
  }

  /**
   * Returns the images that could not be read so far, including batches loaded ahead.
   *
   * @return a count of images, each once however often it was tried
   */
  public SkipReport replaced() {
    return skips.report();
  }

  /** Ends the threads. */
  @Override
  public void close() {
    prefetch.close();
  }
}
