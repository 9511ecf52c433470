package dev.sana4j.pipeline;

import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.request.GenerationRequest;

/**
 * An image and the request that makes it again.
 *
 * @param pixels the image
 * @param request for this image alone
 */
public record GeneratedImage(RgbImage pixels, GenerationRequest request) {}
