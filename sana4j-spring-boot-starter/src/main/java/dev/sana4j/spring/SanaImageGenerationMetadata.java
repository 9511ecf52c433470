package dev.sana4j.spring;

import dev.sana4j.pipeline.GeneratedImage;
import dev.sana4j.pipeline.request.GenerationRequest;
import org.springframework.ai.image.ImageGenerationMetadata;

/**
 * How an image was generated.
 *
 * @param seed seed of this image
 * @param width in pixels
 * @param height in pixels
 * @param steps denoising steps
 * @param guidanceScale guidance scale
 */
public record SanaImageGenerationMetadata(
    long seed, int width, int height, int steps, double guidanceScale)
    implements ImageGenerationMetadata {

  static SanaImageGenerationMetadata of(GeneratedImage image) {
    GenerationRequest request = image.request();
    return new SanaImageGenerationMetadata(
        request.seed(),
        image.pixels().width(),
        image.pixels().height(),
        request.steps(),
        request.guidance());
  }
}
