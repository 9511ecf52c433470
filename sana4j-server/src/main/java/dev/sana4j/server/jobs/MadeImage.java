package dev.sana4j.server.jobs;

import dev.sana4j.image.RgbImage;
import dev.sana4j.measure.SeedRanking;
import dev.sana4j.pipeline.request.GenerationRequest;
import org.jspecify.annotations.Nullable;

/**
 * A generated image.
 *
 * @param request that describes it, with its seed
 * @param pixels the image
 * @param ranking why it was kept; null if there were no other candidates
 * @param hires the second stage that was applied; null for none
 */
record MadeImage(
    GenerationRequest request,
    RgbImage pixels,
    @Nullable SeedRanking ranking,
    @Nullable Hires hires) {

  /** Creates an image of the first stage. */
  MadeImage(GenerationRequest request, RgbImage pixels, @Nullable SeedRanking ranking) {
    this(request, pixels, ranking, null);
  }

  MadeImage with(RgbImage changed) {
    return new MadeImage(request, changed, ranking, hires);
  }

  MadeImage with(RgbImage changed, Hires applied) {
    return new MadeImage(request, changed, ranking, applied);
  }
}
