package dev.sana4j.measure;

import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.engine.Pixels;
import dev.sana4j.pipeline.engine.SanaModel;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;

/**
 * Denoises several seeds and decodes only the latents that a judge scores highest.
 *
 * @param judge scores the latents
 * @param count number of seeds, at least 1
 */
public record LatentBestOf(LatentJudge judge, int count) {

  /**
   * The kept image.
   *
   * @param image the image
   * @param seed its seed
   * @param score the number that the judge gave its latents
   */
  public record Kept(RgbImage image, long seed, double score) {}

  /**
   * Makes the best image of a request.
   *
   * @param model makes the images
   * @param request a request for one image from text; the others have the next seeds
   * @return the image of the highest score; of equal ones the first
   */
  public Kept choose(SanaModel model, GenerationRequest request) {
    return Libtorch.noGrad(
        () ->
            TensorScope.<Kept>compute(
                () -> {
                  SanaModel.Condition condition = model.encode(request);
                  long seed = request.seed();
                  double best = Double.NEGATIVE_INFINITY;
                  Tensor kept = null;
                  for (int i = 0; i < count; i++) {
                    Tensor latents = latents(model, of(request, i), condition);
                    double score = judge.score(request.prompts().get(0), latents);
                    if (kept == null || score > best) {
                      best = score;
                      kept = latents;
                      seed = request.seed() + i;
                    }
                  }
                  if (kept == null) {
                    throw new MeasureException("the best of at least 1 image is kept");
                  }
                  return new Kept(Pixels.toImage(model.decode(request, kept)), seed, best);
                }));
  }

  private static GenerationRequest of(GenerationRequest request, int index) {
    return request.toBuilder().seed(request.seed() + index).build();
  }

  private static Tensor latents(
      SanaModel model, GenerationRequest request, SanaModel.Condition condition) {
    return TensorScope.tidy(() -> model.denoise(request, condition, step -> true));
  }
}
