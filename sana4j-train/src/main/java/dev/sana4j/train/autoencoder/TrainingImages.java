package dev.sana4j.train.autoencoder;

import dev.sana4j.data.BatchPosition;
import dev.sana4j.data.BatchSampler;
import dev.sana4j.data.Buckets;
import dev.sana4j.data.DataSet;
import dev.sana4j.data.PixelBatches;

/** Images without captions, in batches of one size each. */
final class TrainingImages {
  private static final int THREADS =
      Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors() / 2));

  private final DataSet data;
  private final Buckets buckets;
  private final boolean flip;
  private final long seed;

  TrainingImages(DataSet data, Buckets buckets, boolean flip, long seed) {
    this.data = data;
    this.buckets = buckets;
    this.flip = flip;
    this.seed = seed;
  }

  int size() {
    return data.size();
  }

  String name(int image) {
    return data.key(image);
  }

  BatchSampler sampler(int batch) {
    return BatchSampler.of(
        data.size(), i -> buckets.closest(data.size(i)), data::repeats, batch, seed);
  }

  /** Returns the batches of a training, this worker's part of each. */
  PixelBatches batches(int batch, BatchPosition from, int rank, int workers) {
    return PixelBatches.open(
        data,
        sampler(batch * workers),
        from,
        new PixelBatches.Settings(rank, workers, THREADS, flip, seed));
  }

  /** Returns whole batches that are always the same, not mirrored. */
  PixelBatches fixed(int batch) {
    return PixelBatches.open(
        data, sampler(batch), BatchPosition.START, PixelBatches.Settings.alone(1));
  }
}
