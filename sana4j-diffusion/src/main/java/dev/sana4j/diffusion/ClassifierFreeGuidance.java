package dev.sana4j.diffusion;

import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import java.util.List;

/** Pushes a prediction away from what the negative prompt gives (arXiv 2207.12598). */
public final class ClassifierFreeGuidance {
  private ClassifierFreeGuidance() {}

  /**
   * Decorates a denoiser.
   *
   * @param doubled sees every latent twice: the first half of its batch is bound to the negative
   *     prompts, the second to the prompts
   * @param scale 1 follows the prompt only, larger values exaggerate it
   * @return uncond + scale (cond - uncond)
   */
  public static Denoiser of(Denoiser doubled, double scale) {
    return (latents, time) -> {
      List<Tensor> halves =
          doubled.predict(Tensors.cat(List.of(latents, latents), 0), time).chunk(2, 0);
      Tensor unconditional = halves.get(0);
      return unconditional.add(halves.get(1).sub(unconditional).mul(scale));
    };
  }
}
