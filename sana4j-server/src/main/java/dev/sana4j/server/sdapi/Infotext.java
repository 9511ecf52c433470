package dev.sana4j.server.sdapi;

import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.server.jobs.ModelCard;
import java.util.Map;

/**
 * Describes how an image was made, in the format that front ends of AUTOMATIC1111 read from a PNG.
 */
final class Infotext {
  private static final String KEYWORD = "parameters";

  private Infotext() {}

  static String of(GenerationRequest request, ModelCard card) {
    String negative =
        request.negativePrompt().isEmpty() ? "" : "\nNegative prompt: " + request.negativePrompt();
    return request.prompts().get(0)
        + negative
        + "\nSteps: %d, Sampler: %s, CFG scale: %s, Seed: %d, Size: %s, Model: %s, Version: sana4j"
            .formatted(
                request.steps(),
                card.sampler(),
                request.guidance(),
                request.seed(),
                request.size(),
                card.id());
  }

  static Map<String, String> texts(GenerationRequest request, ModelCard card) {
    return Map.of(KEYWORD, of(request, card));
  }
}
