package dev.sana4j.server.jobs;

import java.time.Duration;

/** Hears what happens to all jobs, to count it. */
public interface JobObserver {
  /** Ignores all progress. */
  JobObserver NONE = new JobObserver() {};

  /** A stage of making images. */
  enum Stage {
    /** The prompt filter looked at a prompt. */
    SCREEN,
    /** A prompt was encoded. */
    ENCODE,
    /** A denoising step was taken. */
    DENOISE,
    /** An image was decoded. */
    DECODE,
    /** An image was written as a file. */
    SAVE
  }

  /** A job had no place in the queue. */
  default void turnedAway() {}

  /**
   * A job has ended.
   *
   * @param job with its state
   */
  default void ended(Job job) {}

  /**
   * Images were made at once.
   *
   * @param images how many
   */
  default void made(int images) {}

  /**
   * A stage is over.
   *
   * @param stage which
   * @param took how long
   */
  default void stage(Stage stage, Duration took) {}

  /**
   * Something went wrong that should not have.
   *
   * @param what was done
   * @param error why it failed
   */
  default void failure(String what, Throwable error) {}
}
