package dev.sana4j.spring;

import java.time.Duration;

/** Receives the time of every generated image. */
@FunctionalInterface
public interface ImageMeter {

  /**
   * Called after every image.
   *
   * @param time the time that the image took, without waiting for other requests
   */
  void generated(Duration time);
}
