package dev.sana4j.server.jobs;

import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.request.RequestException;
import dev.sana4j.server.safety.PromptFilter;
import dev.sana4j.server.safety.PromptRefusedException;

/**
 * Refuses orders that the server cannot fulfil.
 *
 * @param models of the server
 * @param words refuses prompts at once
 * @param judged whether a judge can choose the best of several candidates
 * @param mostImageBytes memory for the input images of all waiting jobs, or for the candidates of
 *     one image
 */
record OrderCheck(ImageGenerators models, PromptFilter words, boolean judged, long mostImageBytes) {
  /** The default of {@link #mostImageBytes}. */
  static final long MOST_IMAGE_BYTES = Runtime.getRuntime().maxMemory() / 4;

  /**
   * Checks an order.
   *
   * @throws RequestException naming the reason
   * @throws PromptRefusedException if the word filter refuses the prompt
   */
  void require(JobOrder order) {
    requireCandidates(order);
    ImageGenerator generator = models.generator(order.model());
    generator.check(order.request());
    if (order.hires() != null) {
      generator.check(order.hires().sample(order.request()));
    }
    words
        .refusal(order.request().prompts().get(0))
        .ifPresent(
            reason -> {
              throw new PromptRefusedException(reason);
            });
  }

  private void requireCandidates(JobOrder order) {
    if (order.bestOf() == 1) {
      return;
    }
    if (!judged) {
      throw new RequestException(
          "this server has no judge that chooses the best of several images");
    }
    ImageSize size = order.request().size();
    if (order.bestOf() * bytes(size) > mostImageBytes) {
      throw new RequestException(
          "%d candidates of %s do not fit into memory; ask for fewer or smaller ones"
              .formatted(order.bestOf(), size));
    }
  }

  /** Returns the memory of the input images of an order. */
  static long inputBytes(JobOrder order) {
    return order.request().task().inputs().stream().mapToLong(image -> bytes(image.size())).sum();
  }

  private static long bytes(ImageSize size) {
    return 3L * size.width() * size.height();
  }
}
