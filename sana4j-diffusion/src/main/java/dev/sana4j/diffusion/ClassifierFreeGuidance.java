package dev.sana4j.diffusion;

import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import java.util.List;

/**
 * Classifier-free guidance: pushes a prediction away from that for the negative prompt (arXiv
 * 2207.12598).
 */
public final class ClassifierFreeGuidance {
  private static final double SMALLEST_DEVIATION = 1e-12;

  private ClassifierFreeGuidance() {}

  /**
   * Decorates a denoiser.
   *
   * @param doubled gets every latent twice: the first half of its batch is bound to the negative
   *     prompts, the second half to the prompts
   * @param scale guidance scale; 1 follows only the prompt, larger values exaggerate it
   * @return a denoiser that predicts uncond + scale (cond - uncond)
   */
  public static Denoiser of(Denoiser doubled, double scale) {
    return (latents, time) -> Halves.of(doubled, latents, time).guided(scale);
  }

  /**
   * Decorates a denoiser that predicts the velocity of a flow, and reduces the contrast that
   * guidance adds (arXiv 2305.08891, section 3.4).
   *
   * <p>The paper's formula is applied to the estimate of the clean latents x0 = x - t v. With the
   * standard deviations s of each image's guided and conditional estimate, x0 becomes (rescale
   * s_cond / s_guided + 1 - rescale) x0, and the velocity becomes (x - x0) / t. Scaling the
   * velocity itself would also scale its noise, and leave some noise in the image.
   *
   * @param doubled as in {@link #of}; it takes the times of the flow samplers
   * @param scale as in {@link #of}
   * @param rescale 0 changes nothing; 1 gives every estimate the standard deviation that it has
   *     without guidance
   * @return a denoiser that predicts the guided and rescaled velocity
   */
  public static Denoiser rescaled(Denoiser doubled, double scale, double rescale) {
    if (rescale == 0) {
      return of(doubled, scale);
    }
    return (latents, time) -> {
      Halves halves = Halves.of(doubled, latents, time);
      Tensor guided = halves.guided(scale);
      double t = time / FlowSchedule.TRAIN_STEPS;
      if (t == 0) {
        return guided; // the latents are their own estimate
      }
      Tensor clean = latents.sub(guided.mul(t));
      Tensor wanted = deviation(latents.sub(halves.conditional().mul(t)));
      Tensor ratio = wanted.div(deviation(clean)).reshape(-1, 1, 1, 1);
      Tensor excess = ratio.add(-1).mul(-rescale); // 1 - factor
      return guided.add(clean.mul(excess).div(t)); // (x - (1 - excess) x0) / t
    };
  }

  /**
   * Applies guidance to two predictions.
   *
   * @param unconditional prediction for the negative prompts
   * @param conditional prediction for the prompts
   * @param scale broadcast to them; 1 returns the conditional prediction, 0 the unconditional one
   * @return unconditional + scale (conditional - unconditional)
   */
  public static Tensor away(Tensor unconditional, Tensor conditional, Tensor scale) {
    return unconditional.add(conditional.sub(unconditional).mul(scale));
  }

  /** Predictions for the negative prompts and for the prompts. */
  private record Halves(Tensor unconditional, Tensor conditional) {
    static Halves of(Denoiser doubled, Tensor latents, double time) {
      Tensor both = doubled.predict(Tensors.cat(List.of(latents, latents), 0), time);
      long batch = latents.size(0);
      return new Halves(both.narrow(0, 0, batch), both.narrow(0, batch, batch));
    }

    Tensor guided(double scale) {
      return unconditional.add(conditional.sub(unconditional).mul(scale));
    }
  }

  /** Returns the standard deviation of each image: (B, C, H, W) to (B, 1). */
  private static Tensor deviation(Tensor latents) {
    Tensor values = latents.flatten(1, 3);
    Tensor centred = values.sub(values.mean(1, true));
    return centred.pow(2).mean(1, true).sqrt().add(SMALLEST_DEVIATION);
  }
}
