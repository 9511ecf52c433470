package dev.sana4j.server.jobs;

import dev.sana4j.pipeline.request.GenerationRequest;

/** Estimates the time of an image from the previous images. Thread-safe. */
final class ImageTimeEstimate {
  private static final double NEWEST = 0.2;

  /** The cost of encoding and decoding, in steps. */
  private static final int AROUND = 2;

  private double secondsPerWork;
  private double secondsPerImage;

  /** Returns the work of an image: pixels times steps. */
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

  /** Returns the moving average of the seconds per image; 0 before the first image. */
  synchronized double secondsPerImage() {
    return secondsPerImage;
  }

  /** Returns the estimated seconds for one image of a request; 0 before the first image. */
  synchronized double seconds(GenerationRequest request) {
    return secondsPerWork * work(request);
  }
}
