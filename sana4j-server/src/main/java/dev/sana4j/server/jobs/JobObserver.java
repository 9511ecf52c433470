package dev.sana4j.server.jobs;

import java.time.Duration;

/** Is notified of the events of all jobs, for metrics. */
public interface JobObserver {
  /** Ignores all events. */
  JobObserver NONE = new JobObserver() {};

  /** A stage of image generation. */
  enum Stage {
    /** The prompt filter checked a prompt. */
    SCREEN,
    /** The weights of a model were loaded. */
    LOAD,
    /** A prompt was encoded. */
    ENCODE,
    /** A denoising step was completed. */
    DENOISE,
    /** An image was decoded. */
    DECODE,
    /** The candidates for an image were judged. */
    JUDGE,
    /** An image was written as a file. */
    SAVE
  }

  /** A job was refused because the queue is full. */
  default void turnedAway() {}

  /**
   * A job has ended.
   *
   * @param job with its state
   */
  default void ended(Job job) {}

  /**
   * A batch was generated.
   *
   * @param model id of the model
   * @param images batch size
   */
  default void made(String model, int images) {}

  /**
   * A stage was completed.
   *
   * @param stage the stage
   * @param took its duration
   */
  default void stage(Stage stage, Duration took) {}

  /**
   * The store of the jobs failed.
   *
   * @param message one line
   */
  default void warning(String message) {}

  /**
   * An unexpected error occurred.
   *
   * @param what the task that failed
   * @param error the cause
   */
  default void failure(String what, Throwable error) {}
}
