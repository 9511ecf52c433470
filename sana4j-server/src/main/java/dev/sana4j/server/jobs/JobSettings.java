package dev.sana4j.server.jobs;

import java.time.Duration;

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
    boolean traceable) {

  /**
   * Returns the default settings.
   *
   * @return a queue of 64 jobs; results are kept for ten minutes
   */
  public static JobSettings standard() {
    return new JobSettings(
        64, 32, 16, Duration.ofMillis(5), Duration.ofMinutes(10), 500, 256L << 20, true, true);
  }
}
