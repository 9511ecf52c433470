package dev.sana4j.bench;

import java.util.Collections;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Simulates one job on a cluster, which runs in rounds: a driver starts the tasks of a round one
 * after the other, executors work them off, and the driver stores their results.
 *
 * @param secondsPerImage time of an image on one executor, with its encoding
 * @param spread standard deviation of the time of an image, as a share of it
 * @param rowsPerTask images of a task
 * @param schedulerSeconds time of the driver to start a task and to take its result
 * @param taskSeconds time of an executor around a task: to receive, open and commit it
 * @param commitSeconds time of the driver to move the file of a task at the end
 * @param startSeconds time until an executor has started and loaded the model
 */
record ClusterModel(
    double secondsPerImage,
    double spread,
    int rowsPerTask,
    double schedulerSeconds,
    double taskSeconds,
    double commitSeconds,
    double startSeconds) {
  /** As the job does: rows of a round, and its tasks for each executor, are at least these. */
  private static final long LEAST_ROUND = 100_000;

  private static final int TASKS_A_ROUND = 20;

  /**
   * What a job took.
   *
   * @param seconds from the start of the executors to the end
   * @param imagesPerSecond images by seconds
   * @param efficiency images per second, as a share of those of ideal executors
   * @param waiting share of the executors' time in which they waited for the driver
   * @param tail share of the time between the first idle executor of a round and its last task
   * @param commit share of the time in which results are stored
   */
  record Outcome(
      double seconds,
      double imagesPerSecond,
      double efficiency,
      double waiting,
      double tail,
      double commit) {}

  /** Simulates a job; the same seed gives the same times. */
  Outcome run(int executors, long images, long seed) {
    var random = new Random(seed);
    long rowsPerRound = Math.max(LEAST_ROUND, (long) TASKS_A_ROUND * executors * rowsPerTask);
    double now = startSeconds;
    double waited = 0;
    double tail = 0;
    double commit = 0;
    for (long done = 0; done < images; done += rowsPerRound) {
      Round round = round(executors, Math.min(rowsPerRound, images - done), now, random);
      waited += round.waited();
      tail += round.last() - round.firstIdle();
      commit += round.tasks() * commitSeconds;
      now = round.last() + round.tasks() * commitSeconds;
    }
    return new Outcome(
        now,
        images / now,
        images * secondsPerImage / (executors * now),
        waited / (executors * now),
        tail / now,
        commit / now);
  }

  private record Round(long tasks, double waited, double firstIdle, double last) {}

  private Round round(int executors, long images, double begin, Random random) {
    long tasks = (images + rowsPerTask - 1) / rowsPerTask;
    PriorityQueue<Double> free = new PriorityQueue<>(Collections.nCopies(executors, begin));
    double driver = begin;
    double waited = 0;
    double last = begin;
    for (long task = 0; task < tasks; task++) {
      double ready = free.remove();
      double start = Math.max(driver, ready) + schedulerSeconds;
      waited += start - ready;
      driver = start;
      int rows = (int) Math.min(rowsPerTask, images - task * rowsPerTask);
      double end = start + taskSeconds + work(rows, random);
      last = Math.max(last, end);
      free.add(end);
    }
    return new Round(tasks, waited, free.element(), last);
  }

  /** Returns the time of some images, whose sum is nearly normally distributed. */
  private double work(int rows, Random random) {
    double mean = rows * secondsPerImage;
    double deviation = Math.sqrt(rows) * spread * secondsPerImage;
    return Math.max(0.5 * mean, mean + deviation * random.nextGaussian());
  }
}
