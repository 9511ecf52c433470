package dev.sana4j.server.jobs;

import dev.sana4j.image.ImageFormat;
import dev.sana4j.pipeline.request.GenerationRequest;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The order of a job.
 *
 * @param model id of the model
 * @param request one prompt and the number of its images
 * @param format of the images
 * @param quality of JPEG and WebP, 1 to 100
 * @param previews maximum number of previews per image; 0 for none
 * @param deadline maximum duration, including the time in the queue
 * @param kept whether job and images stay available for a while after the end
 * @param awaited whether the client waits for the answer and cannot ask for the job later; such a
 *     job is not repeated after a restart
 * @param bestOf number of candidates for each image, of which a judge keeps the best; 1 for none
 * @param hires the second stage of each image; null for none
 */
public record JobOrder(
    String model,
    GenerationRequest request,
    ImageFormat format,
    int quality,
    int previews,
    Duration deadline,
    boolean kept,
    boolean awaited,
    int bestOf,
    @Nullable Hires hires) {

  /** Reads a missing number of candidates, of an order that was stored before, as 1. */
  public JobOrder {
    bestOf = Math.max(1, bestOf);
  }

  /**
   * Creates an order without candidates and without a second stage. The client waits for the answer
   * if nothing is kept.
   *
   * @param model id of the model
   * @param request one prompt and the number of its images
   * @param format of the images
   * @param quality of JPEG and WebP, 1 to 100
   * @param previews maximum number of previews per image; 0 for none
   * @param deadline maximum duration, including the time in the queue
   * @param kept whether job and images stay available for a while after the end
   */
  public JobOrder(
      String model,
      GenerationRequest request,
      ImageFormat format,
      int quality,
      int previews,
      Duration deadline,
      boolean kept) {
    this(model, request, format, quality, previews, deadline, kept, !kept, 1, null);
  }

  /**
   * Returns the same order of a client that waits for the answer, although images are kept.
   *
   * @return an order that is not repeated after a restart
   */
  public JobOrder awaitedByClient() {
    return changed(true, bestOf, hires);
  }

  /**
   * Returns the same order with a second stage.
   *
   * @param stage the second stage of each image; null for none
   * @return the order
   */
  public JobOrder with(@Nullable Hires stage) {
    return changed(awaited, bestOf, stage);
  }

  /**
   * Returns the same order with several candidates for each image.
   *
   * @param candidates their number, each with its own seed; 1 for no choice
   * @return the order
   */
  public JobOrder withBestOf(int candidates) {
    return changed(awaited, candidates, hires);
  }

  private JobOrder changed(boolean nowAwaited, int candidates, @Nullable Hires stage) {
    return new JobOrder(
        model, request, format, quality, previews, deadline, kept, nowAwaited, candidates, stage);
  }

  /** Returns the same order without the pixels of its input images. */
  JobOrder withoutPixels() {
    if (request.task().inputs().isEmpty()) {
      return this;
    }
    GenerationRequest described = request.toBuilder().task(request.task().withoutPixels()).build();
    return new JobOrder(
        model, described, format, quality, previews, deadline, kept, awaited, bestOf, hires);
  }

  /** Returns the requests for one image: one for each candidate, with the next seeds. */
  List<GenerationRequest> candidates(int image) {
    GenerationRequest single = request.single(image);
    long seed = request.seed() + (long) image * bestOf;
    return bestOf == 1
        ? List.of(single)
        : LongStream.range(seed, seed + bestOf)
            .mapToObj(each -> single.toBuilder().seed(each).build())
            .toList();
  }

  /** Returns the denoising steps of all candidates and stages of one image. */
  int steps(ImageGenerator generator) {
    int first = bestOf * generator.steps(request);
    return hires == null ? first : first + generator.steps(hires.sample(request));
  }

  /** Returns whether a client can fetch the result after a restart of the server. */
  boolean survives() {
    return kept && !awaited;
  }
}
