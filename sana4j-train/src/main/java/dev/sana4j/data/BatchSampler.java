package dev.sana4j.data;

import dev.sana4j.image.ImageSize;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Divides images into full batches of one size, in an order that is a pure function of the seed and
 * the epoch.
 *
 * <p>A bucket with at least a batch of images is shuffled again for each epoch. Images that do not
 * fill a batch are left for later epochs, different ones each time. No image appears twice in one
 * epoch, unless it has repeats. A bucket smaller than a batch yields one batch every few epochs
 * with repeated images, so that each image is seen once per epoch on average. An epoch of few
 * images may have no batch.
 *
 * <p>Not thread-safe.
 */
public final class BatchSampler {
  private static final int MAX_REPEATED = 1 << 27;

  private final List<ImageSize> sizes = new ArrayList<>();

  /** Indices of the samples of each bucket, ascending. */
  private final List<int[]> buckets = new ArrayList<>();

  private final SampleOrder order;
  private final int batch;
  private final long seed;
  private long plannedEpoch = -1;
  private List<Planned> plan = List.of();

  /** A batch of an epoch: its bucket and its samples. */
  private static final class Planned {
    final int bucket;
    final int window;
    final int[] samples;

    Planned(int bucket, int window, int[] samples) {
      this.bucket = bucket;
      this.window = window;
      this.samples = samples;
    }
  }

  private BatchSampler(SampleOrder order, int batch, long seed) {
    this.order = order;
    this.batch = batch;
    this.seed = seed;
  }

  /**
   * Prepares the batches of some images.
   *
   * @param samples number of images
   * @param bucket returns the bucket of an image, 0 to samples - 1
   * @param batch batch size, of all workers together
   * @param seed seed of the order
   * @return the sampler
   * @throws DataException if there is no image, or the batch is smaller than 1
   */
  public static BatchSampler of(int samples, IntFunction<ImageSize> bucket, int batch, long seed) {
    return of(samples, bucket, sample -> 1, batch, seed);
  }

  /**
   * Prepares the batches of images that appear several times in an epoch.
   *
   * @param samples number of images
   * @param bucket returns the bucket of an image, 0 to samples - 1
   * @param repeats returns how often an image appears in an epoch
   * @param batch batch size, of all workers together
   * @param seed seed of the order
   * @return the sampler
   * @throws DataException if there is no image, the batch is smaller than 1, or there are more than
   *     2^27 images with their repeats
   */
  public static BatchSampler of(
      int samples, IntFunction<ImageSize> bucket, IntUnaryOperator repeats, int batch, long seed) {
    return of(samples, bucket, repeats, SampleOrder.SHUFFLED, batch, seed);
  }

  /**
   * Prepares the batches of images in an order that is not entirely random.
   *
   * @param samples number of images
   * @param bucket returns the bucket of an image, 0 to samples - 1
   * @param repeats returns how often an image appears in an epoch
   * @param order how images are shuffled
   * @param batch batch size, of all workers together
   * @param seed seed of the order
   * @return the sampler
   * @throws DataException if there is no image, the batch is smaller than 1, or there are more than
   *     2^27 images with their repeats
   */
  public static BatchSampler of(
      int samples,
      IntFunction<ImageSize> bucket,
      IntUnaryOperator repeats,
      SampleOrder order,
      int batch,
      long seed) {
    if (samples < 1 || batch < 1) {
      throw new DataException(
          "the batch size and the number of images must be at least 1, but are "
              + batch
              + " and "
              + samples);
    }
    var sampler = new BatchSampler(order, batch, seed);
    Map<ImageSize, int[]> grouped = group(samples, bucket);
    grouped.forEach(
        (size, numbers) -> {
          sampler.sizes.add(size);
          sampler.buckets.add(repeated(numbers, repeats));
        });
    return sampler;
  }

  private static int[] repeated(int[] numbers, IntUnaryOperator repeats) {
    long length = Arrays.stream(numbers).mapToLong(repeats::applyAsInt).sum();
    if (length == numbers.length) {
      return numbers;
    }
    if (length > MAX_REPEATED) {
      throw new DataException(
          "the repeats of the folders result in %d images per epoch; at most %d are supported"
              .formatted(length, MAX_REPEATED));
    }
    return Arrays.stream(numbers)
        .flatMap(number -> IntStream.generate(() -> number).limit(repeats.applyAsInt(number)))
        .toArray();
  }

  /** Groups the indices of images by bucket, without an object per image. */
  static Map<ImageSize, int[]> group(int samples, IntFunction<ImageSize> bucket) {
    Comparator<ImageSize> byWidth = Comparator.comparingInt(ImageSize::width);
    var counts = new TreeMap<ImageSize, int[]>(byWidth.thenComparingInt(ImageSize::height));
    for (int i = 0; i < samples; i++) {
      counts.computeIfAbsent(bucket.apply(i), size -> new int[1])[0]++;
    }
    var numbers = new TreeMap<ImageSize, int[]>(counts.comparator());
    counts.forEach((size, count) -> numbers.put(size, new int[count[0]]));
    for (int i = 0; i < samples; i++) {
      ImageSize size = bucket.apply(i);
      int[] members = numbers.get(size);
      int[] left = counts.get(size);
      if (members != null && left != null) {
        members[members.length - left[0]--] = i;
      }
    }
    return numbers;
  }

  /**
   * Returns the number of batches of an epoch.
   *
   * @param epoch from 0
   * @return 0 or more
   */
  public int batches(long epoch) {
    return plan(epoch).size();
  }

  /**
   * Returns the next position that has a batch, starting at the given one.
   *
   * @param position anywhere, including after the last batch of an epoch
   * @return the same, or the first batch of a later epoch
   */
  public BatchPosition settle(BatchPosition position) {
    long epoch = position.epoch();
    if (position.batch() < batches(epoch)) {
      return position;
    }
    do {
      epoch++;
    } while (batches(epoch) == 0);
    return new BatchPosition(epoch, 0);
  }

  /**
   * Returns the position after a batch.
   *
   * @param position of a batch
   * @return the next position that has a batch
   */
  public BatchPosition next(BatchPosition position) {
    return settle(new BatchPosition(position.epoch(), position.batch() + 1));
  }

  /**
   * Returns the batch at a position.
   *
   * @param position position of a batch
   * @return a full batch, of all workers together
   */
  public Batch batch(BatchPosition position) {
    Planned planned = plan(position.epoch()).get(position.batch());
    List<Integer> samples = Arrays.stream(planned.samples).boxed().toList();
    return new Batch(position, sizes.get(planned.bucket), samples);
  }

  private List<Planned> plan(long epoch) {
    if (epoch != plannedEpoch) {
      var planned = new ArrayList<Planned>();
      for (int bucket = 0; bucket < buckets.size(); bucket++) {
        if (buckets.get(bucket).length >= batch) {
          addLarge(planned, bucket, epoch);
        } else {
          addSmall(planned, bucket, epoch);
        }
      }
      Collections.shuffle(planned, Draws.random(seed, Draws.BATCHES, epoch));
      planned.sort(Comparator.comparingInt(each -> each.window));
      plan = planned;
      plannedEpoch = epoch;
    }
    return plan;
  }

  private void addLarge(List<Planned> planned, int bucket, long epoch) {
    int[] samples = shuffled(bucket, epoch);
    int window = 0;
    for (int start = 0; start + batch <= samples.length; start += batch) {
      while (start >= end(window, samples.length)) {
        window++;
      }
      boolean isLast = start + 2 * batch > samples.length;
      int from = isLast && endsWithIncompleteGroup(bucket, epoch) ? samples.length - batch : start;
      planned.add(new Planned(bucket, window, Arrays.copyOfRange(samples, from, from + batch)));
    }
  }

  /** An incomplete group stays the last one; the batches of every second epoch end with it. */
  private boolean endsWithIncompleteGroup(int bucket, long epoch) {
    return buckets.get(bucket).length % order.group() != 0 && epoch % 2 == 1;
  }

  /** The bucket's shuffles form one endless sequence that is cut into batches. */
  private void addSmall(List<Planned> planned, int bucket, long epoch) {
    int size = buckets.get(bucket).length;
    int phase = Draws.random(seed, Draws.PHASE, bucket).nextInt(batch);
    long before = (epoch * size + phase) / batch;
    if (((epoch + 1) * size + phase) / batch == before) {
      return;
    }
    int[] samples = new int[batch];
    long place = before * batch;
    for (int filled = 0; filled < batch; ) {
      int[] round = shuffled(bucket, place / size);
      int from = (int) (place % size);
      int count = Math.min(size - from, batch - filled);
      System.arraycopy(round, from, samples, filled, count);
      filled += count;
      place += count;
    }
    planned.add(new Planned(bucket, windows() / 2, samples));
  }

  /** Returns the number of windows, which is the same for every bucket. */
  private int windows() {
    long all = buckets.stream().mapToLong(bucket -> bucket.length).sum();
    return order.window() == 0 ? 1 : (int) Math.max(1, all / order.window());
  }

  /** Returns where a window of a bucket ends; groups are never divided. */
  private int end(int window, int length) {
    int windows = windows();
    long end = (long) length * (window + 1) / windows;
    return window + 1 == windows ? length : (int) (end - end % order.group());
  }

  /** Shuffles the groups of each window. */
  private int[] shuffled(int bucket, long round) {
    int[] shuffled = buckets.get(bucket).clone();
    Random random = Draws.random(seed, Draws.ORDER, round, bucket);
    int from = 0;
    for (int window = 0; from < shuffled.length; window++) {
      int to = end(window, shuffled.length);
      shuffle(shuffled, from, to, random);
      from = to;
    }
    return shuffled;
  }

  /** Shuffles the groups of a range; a last, smaller group keeps its place. */
  private void shuffle(int[] samples, int from, int to, Random random) {
    int size = order.group();
    for (int i = (to - from) / size - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      for (int member = 0; member < size; member++) {
        int here = from + i * size + member;
        int there = from + j * size + member;
        int swapped = samples[here];
        samples[here] = samples[there];
        samples[there] = swapped;
      }
    }
  }
}
