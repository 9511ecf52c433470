package dev.sana4j.server.jobs;

import dev.sana4j.measure.Judge;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How jobs are queued, batched and kept.
 *
 * @param capacity maximum number of waiting jobs
 * @param perClient maximum number of waiting jobs per client
 * @param mostTogether maximum batch size, used where batches are faster; 1 disables batching
 * @param window how long to wait for more images of a batch
 * @param keptFor how long jobs and images are kept after their end
 * @param keptJobs maximum number of finished jobs that are kept
 * @param keptBytes maximum size of all kept images
 * @param disclosed whether the metadata of images marks them as AI-generated
 * @param traceable whether a PNG contains its request, including the prompt
 * @param judge scores candidates, of which the best is kept; used by one thread and not closed;
 *     null if clients may not ask for candidates
 */
public record JobSettings(
    int capacity,
    int perClient,
    int mostTogether,
    Duration window,
    Duration keptFor,
    int keptJobs,
    long keptBytes,
    boolean disclosed,
    boolean traceable,
    @Nullable Judge judge) {

  /**
   * Returns the default settings.
   *
   * @return a queue of 64 jobs; results are kept for ten minutes
   */
  public static JobSettings standard() {
    return new JobSettings(
        64,
        32,
        16,
        Duration.ofMillis(5),
        Duration.ofMinutes(10),
        500,
        256L << 20,
        true,
        true,
        null);
  }

  /**
   * Returns the same settings with a judge.
   *
   * @param value scores candidates
   * @return settings
   */
  public JobSettings judgedBy(Judge value) {
    return new JobSettings(
        capacity,
        perClient,
        mostTogether,
        window,
        keptFor,
        keptJobs,
        keptBytes,
        disclosed,
        traceable,
        value);
  }
}
