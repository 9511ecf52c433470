package dev.sana4j.server.jobs;

import dev.sana4j.pipeline.request.GenerationRequest;

/** Estimates the time of an image from the images made so far. Safe for several threads. */
final class ImageTimeEstimate {
  private static final double NEWEST = 0.2;

  /** Encoding and decoding, in steps. */
  private static final int AROUND = 2;

  private double secondsPerWork;
  private double secondsPerImage;

  /** Steps of pixels. */
  private static double work(GenerationRequest request) {
    return (double) request.size().width() * request.size().height() * (request.steps() + AROUND);
  }

  synchronized void made(GenerationRequest request, int count, double seconds) {
    secondsPerWork = mean(secondsPerWork, seconds / count / work(request));
    secondsPerImage = mean(secondsPerImage, seconds / count);
  }

  private static double mean(double before, double now) {
    return before == 0 ? now : NEWEST * now + (1 - NEWEST) * before;
  }

  /** A mean of the last images; 0 before the first. */
  synchronized double secondsPerImage() {
    return secondsPerImage;
  }

  /** What one image of a request takes; 0 before any was made. */
  synchronized double seconds(GenerationRequest request) {
    return secondsPerWork * work(request);
  }
}
