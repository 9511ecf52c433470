package dev.sana4j.server.jobs;

import dev.sana4j.image.ImageFormat;
import dev.sana4j.pipeline.request.GenerationRequest;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;

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
 * @param texts additional metadata for the PNG of each image
 */
public record JobOrder(
    String model,
    GenerationRequest request,
    ImageFormat format,
    int quality,
    int previews,
    Duration deadline,
    boolean kept,
    Function<GenerationRequest, Map<String, String>> texts) {

  /** No texts. */
  public static final Function<GenerationRequest, Map<String, String>> NO_TEXTS =
      request -> Map.of();
}
