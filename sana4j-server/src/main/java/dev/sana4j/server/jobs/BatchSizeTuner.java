package dev.sana4j.server.jobs;

import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.pipeline.request.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Finds the fastest batch size for each model and kind of request from measured times. A power of
 * two is tried once the one below it has been found faster than the one before.
 */
final class BatchSizeTuner implements FairQueue.Company {
  /** Maximum number of pixels per batch: beyond it, memory grows and the gain vanishes. */
  private static final long MOST_PIXELS = 1L << 20;

  /** Samples per batch size, because the first images of a process are slow. */
  private static final int SAMPLES = 3;

  private static final double FASTER = 0.95;
  private static final double NEWEST = 0.2;
  private static final int KINDS = 64;

  private final int most;
  private final Predicate<String> loaded;

  private final Map<Kind, Times> times =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Kind, Times> eldest) {
          return size() > KINDS;
        }
      };

  /** Tunes batches up to a size; the predicate returns whether a model is loaded. */
  BatchSizeTuner(int most, Predicate<String> loaded) {
    this.most = most;
    this.loaded = loaded;
  }

  /** The model, and the settings that the images of a batch must share. */
  private record Kind(String model, GenerationRequest request) {
    static Kind of(JobOrder order) {
      GenerationRequest common =
          order.request().toBuilder()
              .prompts(List.of("any"))
              .negativePrompt("")
              .seed(0)
              .imagesPerPrompt(1)
              .build();
      return new Kind(order.model(), common);
    }

    static Kind of(ImageTask task) {
      return of(task.job().order());
    }
  }

  /** Seconds per image for each batch size. */
  private static final class Times {
    private final double[] seconds = new double[31];
    private final int[] samples = new int[31];

    void add(int count, double secondsEach) {
      int power = power(count);
      boolean settled = samples[power]++ >= SAMPLES;
      seconds[power] =
          settled
              ? NEWEST * secondsEach + (1 - NEWEST) * seconds[power]
              : seconds[power] == 0 ? secondsEach : Math.min(seconds[power], secondsEach);
    }

    int best(int most) {
      int power = 0;
      while (2 << power <= most && samples[power] >= SAMPLES && pays(power + 1)) {
        power++;
      }
      return 1 << power;
    }

    private boolean pays(int power) {
      return samples[power] < SAMPLES || seconds[power] < FASTER * seconds[power - 1];
    }
  }

  private static int power(int count) {
    return 31 - Integer.numberOfLeadingZeros(count);
  }

  @Override
  public int most(ImageTask first) {
    return isShared(first) ? together(first.job().order()) : 1;
  }

  /** Images with candidates or a second stage are made one after the other. */
  private static boolean isShared(ImageTask task) {
    JobOrder order = task.job().order();
    return order.hires() == null && order.bestOf() == 1;
  }

  /** Returns the batch size for images or candidates of an order. */
  synchronized int together(JobOrder order) {
    GenerationRequest request = order.request();
    if (most == 1 || !(request.task() instanceof Task.TextToImage)) {
      return 1;
    }
    long pixels = (long) request.size().width() * request.size().height();
    int allowed = (int) Math.max(1, Math.min(most, MOST_PIXELS / pixels));
    return times.computeIfAbsent(Kind.of(order), key -> new Times()).best(allowed);
  }

  @Override
  public boolean isReady(ImageTask task) {
    return loaded.test(task.job().order().model());
  }

  @Override
  public boolean fits(ImageTask first, ImageTask other) {
    return isShared(other) && Kind.of(first).equals(Kind.of(other));
  }

  synchronized void measured(JobOrder order, int count, double seconds) {
    if (order.request().task() instanceof Task.TextToImage) {
      times.computeIfAbsent(Kind.of(order), key -> new Times()).add(count, seconds / count);
    }
  }
}
