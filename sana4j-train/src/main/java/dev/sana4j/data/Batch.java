package dev.sana4j.data;

import dev.sana4j.image.ImageSize;
import java.util.List;

/**
 * The images of one training batch, all from one bucket.
 *
 * @param position its place in the order
 * @param size of the bucket
 * @param samples numbers of the images
 */
public record Batch(BatchPosition position, ImageSize size, List<Integer> samples) {

  /**
   * Copies the numbers.
   *
   * @param position its place in the order
   * @param size of the bucket
   * @param samples numbers of the images
   */
  public Batch {
    samples = List.copyOf(samples);
  }

  /**
   * Returns the part of one worker; the parts of all workers form the whole batch.
   *
   * @param rank of the worker, from 0
   * @param workers how many there are; divides the number of samples
   * @return samples rank * n to (rank + 1) * n, where n is the size of a part
   * @throws DataException if the batch cannot be divided so
   */
  public Batch slice(int rank, int workers) {
    if (workers < 1 || rank < 0 || rank >= workers || samples.size() % workers != 0) {
      throw new DataException(
          "a batch of "
              + samples.size()
              + " cannot be divided among "
              + workers
              + " workers for worker "
              + rank
              + "; choose a batch that is a multiple of the workers");
    }
    int part = samples.size() / workers;
    return new Batch(position, size, samples.subList(rank * part, (rank + 1) * part));
  }
}
