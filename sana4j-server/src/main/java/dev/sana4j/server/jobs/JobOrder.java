package dev.sana4j.server.jobs;

import dev.sana4j.image.ImageFormat;
import dev.sana4j.pipeline.request.GenerationRequest;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;

/**
 * What is asked for.
 *
 * @param request one prompt, and how many images of it
 * @param format of the images
 * @param quality of JPEG and WebP, 1 to 100
 * @param previews how many unfinished states of each image are shown at most; 0 for none
 * @param deadline how long it may take, waiting included
 * @param kept whether job and images are kept for a while after its end, to be fetched
 * @param texts what a PNG of each image says besides
 */
public record JobOrder(
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
