package dev.sana4j.train.flow;

import dev.sana4j.data.Batch;
import dev.sana4j.data.BatchPosition;
import dev.sana4j.data.BatchSampler;
import dev.sana4j.data.LatentCache;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;

/**
 * The batches of a source in order, with their noise, times and captions. All workers make the same
 * draws, and each uses its share.
 */
public final class LatentBatchStream {
  private final FlowSource source;
  private final FlowTask.Setup setup;
  private final TimeDraw times;
  private final double captionDropout;
  private final BatchSampler sampler;
  private BatchPosition position;

  /** Draws times, (count). */
  private interface TimeDraw {
    Tensor draw(Generator generator, int count);
  }

  /**
   * Creates a stream for an objective that draws its own times. The times of the batches are
   * standard normal numbers, and no caption is dropped.
   *
   * @param source source of images
   * @param setup batch size, seed and workers
   */
  public LatentBatchStream(FlowSource source, FlowTask.Setup setup) {
    this(source, setup, (generator, count) -> generator.normal(count), 0);
  }

  /** Creates a stream for flow matching. */
  LatentBatchStream(FlowSource source, FlowTask.Setup setup, FlowRecipe flow) {
    this(source, setup, flow.matching()::times, flow.captionDropout());
  }

  private LatentBatchStream(
      FlowSource source, FlowTask.Setup setup, TimeDraw times, double captionDropout) {
    this.source = source;
    this.setup = setup;
    this.times = times;
    this.captionDropout = captionDropout;
    sampler =
        BatchSampler.of(
            source.cache().size(),
            source.cache()::size,
            source.cache()::repeats,
            source.order(),
            setup.batch() * setup.workers(),
            setup.seed());
    position = sampler.settle(BatchPosition.START);
  }

  /** Returns the position of the next batch. */
  public BatchPosition position() {
    return position;
  }

  /** Continues from a position, which need not have a batch. */
  public void seek(BatchPosition to) {
    position = sampler.settle(to);
  }

  /** Skips some batches. */
  void skip(long batches) {
    for (long i = 0; i < batches; i++) {
      position = sampler.next(position);
    }
  }

  /**
   * Returns the next batch with its noise, times and captions; its tensors belong to the current
   * scope.
   */
  public FlowBatch next(Generator generator) {
    Batch whole = sampler.batch(position);
    Batch mine = whole.slice(setup.rank(), setup.workers());
    int all = whole.samples().size();
    int count = mine.samples().size();
    long first = (long) count * setup.rank();
    List<Integer> chosen = captions(mine, first, generator.uniform(all));
    position = sampler.next(position);
    return TensorScope.tidy(
        () -> {
          Tensor latents = // (B, C, h, w)
              source.cache().latents(mine.samples()).to(DType.FLOAT32);
          Tensor drawn = times.draw(generator, all);
          long[] shape = latents.shape();
          shape[0] = all;
          Tensor noise = generator.normal(shape).narrow(0, first, count);
          return new FlowBatch(
              source,
              latents.to(setup.device()),
              noise.copy().to(setup.device()),
              drawn.narrow(0, first, count).copy().to(setup.device()),
              mine.samples(),
              chosen);
        });
  }

  private List<Integer> captions(Batch mine, long first, Tensor uniform) {
    float[] draws = uniform.toFloats();
    List<Integer> chosen = new ArrayList<>();
    for (int i = 0; i < mine.samples().size(); i++) {
      int sample = mine.samples().get(i);
      boolean dropped = draws[Math.toIntExact(first + i)] < captionDropout;
      chosen.add(
          dropped
              ? LatentCache.NO_CAPTION
              : source
                  .captions()
                  .choose(source.cache().captions(sample), setup.seed(), position.epoch(), sample));
    }
    return chosen;
  }
}
