package dev.sana4j.server.jobs;

import dev.sana4j.image.ImageFormat;
import dev.sana4j.pipeline.request.GenerationRequest;
import java.time.Duration;
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
    @Nullable Hires hires) {

  /**
   * Creates an order without a second stage. The client waits for the answer if nothing is kept.
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
    this(model, request, format, quality, previews, deadline, kept, !kept, null);
  }

  /**
   * Returns the same order of a client that waits for the answer, although images are kept.
   *
   * @return an order that is not repeated after a restart
   */
  public JobOrder awaitedByClient() {
    return new JobOrder(model, request, format, quality, previews, deadline, kept, true, hires);
  }

  /**
   * Returns the same order with a second stage.
   *
   * @param stage the second stage of each image; null for none
   * @return the order
   */
  public JobOrder with(@Nullable Hires stage) {
    return new JobOrder(model, request, format, quality, previews, deadline, kept, awaited, stage);
  }

  /** Returns the denoising steps of both stages of one image. */
  int steps(ImageGenerator generator) {
    int first = generator.steps(request);
    return hires == null ? first : first + generator.steps(hires.sample(request));
  }

  /** Returns whether a client can fetch the result after a restart of the server. */
  boolean survives() {
    return kept && !awaited;
  }
}
