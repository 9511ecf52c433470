package dev.sana4j.report;

import java.time.Duration;

/**
 * Speed and remaining time of a training, from a moving mean with a half-life of one minute. The
 * caller supplies the time. Not thread-safe.
 */
public final class TrainingPace {
  private static final double HALF_LIFE_SECONDS = 60;

  private final long steps;
  private long step;
  private long images;
  private long nanos;
  private double recentSteps;
  private double recentImages;
  private double recentSeconds;

  private TrainingPace(long steps, long step, long nanos) {
    this.steps = steps;
    this.step = step;
    this.nanos = nanos;
  }

  /**
   * Begins to measure.
   *
   * @param steps the step the training ends with
   * @param step the first step, or the one it resumes from
   * @param nanos the time, as of {@link System#nanoTime}
   * @return the pace, unknown so far
   */
  public static TrainingPace start(long steps, long step, long nanos) {
    return new TrainingPace(steps, step, nanos);
  }

  /**
   * Records progress.
   *
   * @param step the step that is done
   * @param images the images processed since {@link #start}
   * @param nanos the time, as of {@link System#nanoTime}
   */
  public void update(long step, long images, long nanos) {
    double seconds = (nanos - this.nanos) / 1e9;
    double keep = Math.pow(0.5, seconds / HALF_LIFE_SECONDS);
    recentSteps = keep * recentSteps + (step - this.step);
    recentImages = keep * recentImages + (images - this.images);
    recentSeconds = keep * recentSeconds + seconds;
    this.step = step;
    this.images = images;
    this.nanos = nanos;
  }

  /**
   * Returns the rate.
   *
   * @return images per second, 0 while nothing was measured
   */
  public double imagesPerSecond() {
    return recentSeconds > 0 ? recentImages / recentSeconds : 0;
  }

  /**
   * Returns the time left.
   *
   * @return time until the last step, rounded to seconds; zero while nothing was measured
   */
  public Duration remaining() {
    if (recentSteps <= 0) {
      return Duration.ZERO;
    }
    double seconds = Math.max(0, steps - step) * recentSeconds / recentSteps;
    return Duration.ofSeconds(Math.round(seconds));
  }
}
