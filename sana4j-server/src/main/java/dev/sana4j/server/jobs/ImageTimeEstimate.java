package dev.sana4j.server.jobs;

import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.request.GenerationRequest;
import java.util.LinkedHashMap;
import java.util.Map;

/** Estimates the time of an image from the previous images of its model. Thread-safe. */
final class ImageTimeEstimate {
  private static final double NEWEST = 0.2;

  /** The cost of encoding and decoding, in steps. */
  private static final int AROUND = 2;

  private final Map<String, Double> secondsPerWork = new LinkedHashMap<>();
  private double secondsPerImage;

  /** Returns the work of an image with all its candidates and stages. */
  private static double work(JobOrder order) {
    GenerationRequest first = order.request();
    double work = order.bestOf() * work(first.size(), first.steps() * first.task().strength());
    Hires hires = order.hires();
    return hires == null
        ? work
        : work + work(hires.upscaled(first.size()), hires.steps() * hires.strength());
  }

  /** Returns the work of one stage: pixels times steps. */
  private static double work(ImageSize size, double steps) {
    return (double) size.width() * size.height() * (steps + AROUND);
  }

  synchronized void made(JobOrder order, int count, double seconds) {
    double now = seconds / count / work(order);
    secondsPerWork.merge(order.model(), now, ImageTimeEstimate::mean);
    secondsPerImage = mean(secondsPerImage, seconds / count);
  }

  private static double mean(double before, double now) {
    return before == 0 ? now : NEWEST * now + (1 - NEWEST) * before;
  }

  /** Returns the moving average of the seconds per image; 0 before the first image. */
  synchronized double secondsPerImage() {
    return secondsPerImage;
  }

  /** Returns the estimated seconds for one image; 0 before the first image of the model. */
  synchronized double seconds(JobOrder order) {
    return secondsPerWork.getOrDefault(order.model(), 0.0) * work(order);
  }
}
