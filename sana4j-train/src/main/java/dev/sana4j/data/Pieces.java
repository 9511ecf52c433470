package dev.sana4j.data;

import dev.sana4j.image.ImageSize;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;

/** Divides a data set, bucket by bucket, into pieces to load. */
final class Pieces implements Iterator<Callable<Piece>> {
  private final DataSet data;
  private final Iterator<Map.Entry<ImageSize, int[]>> buckets;
  private final int images;
  private Map.Entry<ImageSize, int[]> bucket;
  private int next;
  private int left;

  /**
   * Starts after the finished images.
   *
   * @param order indices of the images by bucket, not empty
   * @param images images per piece
   * @param done number of images, in this order, that are already done
   * @param end number of images, in this order, after which to stop; the end of a piece
   */
  Pieces(DataSet data, Map<ImageSize, int[]> order, int images, int done, int end) {
    this.data = data;
    this.images = images;
    buckets = order.entrySet().iterator();
    bucket = buckets.next();
    next = done;
    left = end - done;
    while (next >= bucket.getValue().length && buckets.hasNext()) {
      next -= bucket.getValue().length;
      bucket = buckets.next();
    }
  }

  @Override
  public boolean hasNext() {
    return left > 0 && next < bucket.getValue().length;
  }

  @Override
  public Callable<Piece> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    ImageSize size = bucket.getKey();
    int end = Math.min(next + images, bucket.getValue().length);
    int[] samples = Arrays.copyOfRange(bucket.getValue(), next, end);
    next = end;
    left -= samples.length;
    if (next >= bucket.getValue().length && buckets.hasNext()) {
      bucket = buckets.next();
      next = 0;
    }
    return () -> Piece.load(data, size, samples);
  }
}
