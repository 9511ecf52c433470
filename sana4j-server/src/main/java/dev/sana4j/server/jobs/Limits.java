package dev.sana4j.server.jobs;

import java.time.Duration;

/**
 * The most that one request may ask for.
 *
 * @param promptCharacters of prompt and negative prompt each
 * @param count images
 * @param steps denoising steps of each image
 * @param pixels width times height of each image, and of images that are sent
 * @param bodyBytes of a request
 * @param deadline how long it may take, waiting included
 */
public record Limits(
    int promptCharacters, int count, int steps, long pixels, int bodyBytes, Duration deadline) {

  /**
   * For models of up to four megapixels.
   *
   * @return ten images of 50 steps in five minutes
   */
  public static Limits standard() {
    return new Limits(4000, 10, 50, 4L << 20, 24 << 20, Duration.ofMinutes(5));
  }
}
