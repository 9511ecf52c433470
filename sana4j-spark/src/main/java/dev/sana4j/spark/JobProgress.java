package dev.sana4j.spark;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The progress of a job in lines: images, images per second, and the time that is left. Counts of
 * running tasks come with the heartbeats of executors; those of a failed task are taken back.
 */
final class JobProgress extends SparkListener {
  private static final long NANOS = 1_000_000_000L;

  private final long total;
  private final Consumer<String> lines;
  private final LongSupplier clock;
  private final long interval;
  private final long maxBadRows;
  private final Runnable cancel;
  private final long start;
  private final Map<Long, long[]> running = new HashMap<>();
  private long images;
  private long bad;
  private long shown;

  /**
   * Reports a job.
   *
   * @param total rows of the job
   * @param lines receives lines
   * @param clock nanoseconds
   * @param seconds least time between two lines
   * @param maxBadRows bad rows after which the job is cancelled; negative for no limit
   * @param cancel cancels the job
   */
  JobProgress(
      long total,
      Consumer<String> lines,
      LongSupplier clock,
      int seconds,
      long maxBadRows,
      Runnable cancel) {
    this.total = total;
    this.lines = lines;
    this.clock = clock;
    this.interval = seconds * NANOS;
    this.maxBadRows = maxBadRows;
    this.cancel = cancel;
    this.start = clock.getAsLong();
    this.shown = start;
  }

  @Override
  public synchronized void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    CollectionConverters.asJava(update.accumUpdates())
        .forEach(
            task -> {
              long[] counts = counts(CollectionConverters.asJava(task._4()));
              running.put((Long) task._1(), counts);
            });
    show();
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    var unused = running.remove(end.taskInfo().taskId());
    if (end.taskInfo().successful()) {
      long[] counts = counts(CollectionConverters.asJava(end.taskInfo().accumulables()));
      images += counts[0];
      bad += counts[1];
    }
    show();
  }

  private static long[] counts(Iterable<AccumulableInfo> all) {
    long[] counts = new long[2];
    for (AccumulableInfo each : all) {
      String name = each.name().isDefined() ? each.name().get() : "";
      if (name.equals(JobCounters.IMAGES)) {
        counts[0] += number(each);
      } else if (name.equals(JobCounters.BAD_ROWS)) {
        counts[1] += number(each);
      }
    }
    return counts;
  }

  private static long number(AccumulableInfo info) {
    @Nullable Object update = info.update().isDefined() ? info.update().get() : null;
    return update instanceof Number number ? number.longValue() : 0;
  }

  private void show() {
    long doneImages = images + running.values().stream().mapToLong(counts -> counts[0]).sum();
    long doneBad = bad + running.values().stream().mapToLong(counts -> counts[1]).sum();
    if (maxBadRows >= 0 && doneBad > maxBadRows) {
      cancel.run();
    }
    long now = clock.getAsLong();
    if (now - shown >= interval) {
      shown = now;
      lines.accept(line(doneImages, doneBad, total, (now - start) / (double) NANOS));
    }
  }

  /** Returns a line such as {@code 120 of 400 images, 2 bad rows, 3.5 images/s, 1m 20s left}. */
  static String line(long images, long bad, long total, double seconds) {
    long done = images + bad;
    double rate = seconds > 0 ? done / seconds : 0;
    String text = "%d of %d images, %d bad rows, %.2f images/s".formatted(images, total, bad, rate);
    return rate > 0 && done < total
        ? text + ", " + time((long) Math.ceil((total - done) / rate)) + " left"
        : text;
  }

  private static String time(long seconds) {
    Duration left = Duration.ofSeconds(seconds);
    if (left.toHours() > 0) {
      return left.toHours() + "h " + left.toMinutesPart() + "m";
    }
    return left.toMinutes() > 0
        ? left.toMinutes() + "m " + left.toSecondsPart() + "s"
        : seconds + "s";
  }
}
