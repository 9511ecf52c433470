package dev.sana4j.train.flow;

import dev.sana4j.diffusion.FlowMatching;
import dev.sana4j.recipe.Key;
import dev.sana4j.train.NumberCheck;

/**
 * Flow matching.
 *
 * @param shift shift of the times towards noise; also written for the sampler
 * @param logitMean mean of logit(t) before the shift
 * @param logitDeviation standard deviation of logit(t) before the shift
 * @param captionDropout share of captions that are replaced by the empty one, for guidance
 */
public record FlowRecipe(
    @Key(
            doc =
                "Flow shift s of the times: t -> s t / (1 + (s - 1) t). The saved model "
                    + "is sampled with the same shift. SANA uses 3 at 1024 pixels. A new "
                    + "model learns its prompts sooner with more (docs/lab/training.md). 0 for the "
                    + "shift of the start model, or 3 without one.",
            value = "0")
        double shift,
    @Key(doc = "Mean of logit(t) before the shift.", value = "0") double logitMean,
    @Key(doc = "Standard deviation of logit(t) before the shift.", value = "1")
        double logitDeviation,
    @Key(
            doc =
                "Share of captions that are replaced by the empty caption, 0 to below 1."
                    + " Classifier-free guidance needs some, for example 0.1.",
            value = "0.1")
        double captionDropout) {

  /** The shift of the public SANA models. */
  static final double PUBLIC_SHIFT = 3;

  /** Checks the numbers. */
  public FlowRecipe {
    NumberCheck.notNegative("shift", shift);
    NumberCheck.positive("logit_deviation", logitDeviation);
    NumberCheck.share("caption_dropout", captionDropout);
  }

  FlowRecipe withDefaults(double absent) {
    return shift > 0 ? this : new FlowRecipe(absent, logitMean, logitDeviation, captionDropout);
  }

  FlowMatching matching() {
    return new FlowMatching(shift, logitMean, logitDeviation);
  }
}
