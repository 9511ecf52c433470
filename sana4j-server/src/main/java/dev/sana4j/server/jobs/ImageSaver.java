package dev.sana4j.server.jobs;

import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.GenerationRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Turns finished images into files in memory, beside the worker. */
final class ImageSaver implements AutoCloseable {
  /** More would pile up in memory: the worker saves itself, then. */
  private static final int WAITING = 32;

  private final KeptImages images;
  private final boolean disclosed;
  private final JobObserver observer;
  private final ThreadPoolExecutor executor =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING),
          work -> new Thread(work, "image saver"),
          new ThreadPoolExecutor.CallerRunsPolicy());

  ImageSaver(KeptImages images, boolean disclosed, JobObserver observer) {
    this.images = images;
    this.disclosed = disclosed;
    this.observer = observer;
  }

  void save(ImageTask task, RgbImage pixels) {
    executor.execute(() -> encode(task, pixels));
  }

  private void encode(ImageTask task, RgbImage pixels) {
    Job job = task.job();
    if (job.hasEnded()) {
      return;
    }
    long start = System.nanoTime();
    try {
      GenerationRequest request = task.request();
      byte[] bytes = job.order().encoding(request, disclosed).bytes(pixels);
      EncodedImage file = new EncodedImage(job.order().format(), bytes);
      boolean kept = job.order().kept();
      job.imageDone(
          new JobImage(
              task.index(),
              request.seed(),
              pixels.size(),
              file.format(),
              file.length(),
              kept ? images.keep(file, Instant.now()) : null,
              kept ? null : file));
      observer.stage(JobObserver.Stage.SAVE, Duration.ofNanos(System.nanoTime() - start));
    } catch (Throwable e) { // whoever waits must hear of it
      observer.failure("saving an image of job " + job.id(), e);
      job.fail(
          JobError.Kind.INTERNAL, "the image could not be saved; the log of the server says why");
    }
  }

  /** Finishes what was handed over. */
  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(1, TimeUnit.MINUTES)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
