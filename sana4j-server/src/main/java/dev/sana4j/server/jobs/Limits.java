package dev.sana4j.server.jobs;

import java.time.Duration;

/**
 * The limits of one request.
 *
 * @param promptCharacters characters of the prompt and of the negative prompt each
 * @param count number of images, candidates included
 * @param steps denoising steps per image
 * @param pixels width times height of each generated or uploaded image
 * @param bodyBytes size of the request
 * @param deadline maximum duration, including the time in the queue
 * @param bestOf number of candidates for an image; 1 without a judge that chooses
 */
public record Limits(
    int promptCharacters,
    int count,
    int steps,
    long pixels,
    int bodyBytes,
    Duration deadline,
    int bestOf) {
  /** The largest number of candidates for an image. */
  public static final int MOST_CANDIDATES = 16;

  /**
   * Returns the default limits, for models of up to four megapixels.
   *
   * @return ten images of 50 steps in five minutes
   */
  public static Limits standard() {
    return new Limits(4000, 10, 50, 4L << 20, 24 << 20, Duration.ofMinutes(5), 1);
  }

  /**
   * Returns the same limits of a server with a judge.
   *
   * @return as many candidates for one image as a request may have images, at most {@value
   *     #MOST_CANDIDATES}
   */
  public Limits withCandidates() {
    int most = Math.min(MOST_CANDIDATES, count);
    return new Limits(promptCharacters, count, steps, pixels, bodyBytes, deadline, most);
  }
}
