package dev.sana4j.server.jobs;

import java.time.Duration;

/**
 * How jobs are queued, made and kept.
 *
 * @param capacity jobs that may wait
 * @param perClient jobs of one client that may wait
 * @param mostTogether images that are made at once, where that is faster; 1 for one by one
 * @param window how long to wait for more images to make at once
 * @param keptFor how long jobs and images are kept after their end
 * @param keptJobs how many ended jobs are kept
 * @param keptBytes bytes of all images that are kept
 * @param disclosed whether images say in their metadata that a model made them
 * @param traceable whether a PNG says how it was made, prompt included
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
   * For a small machine.
   *
   * @return 64 jobs may wait, results are kept for ten minutes
   */
  public static JobSettings standard() {
    return new JobSettings(
        64, 32, 16, Duration.ofMillis(5), Duration.ofMinutes(10), 500, 256L << 20, true, true);
  }
}
