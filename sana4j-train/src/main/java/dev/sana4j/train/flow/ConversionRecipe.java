package dev.sana4j.train.flow;

import dev.sana4j.recipe.Key;
import dev.sana4j.train.NumberCheck;

/**
 * How a base model becomes a teacher.
 *
 * @param initial initial values of the new parts
 * @param calibrationBatches images the scales of queries and keys are measured on, in batches
 * @param embeddingOnlySteps first steps that train only the time embedding and the new norms
 */
public record ConversionRecipe(
    @Key(
            doc =
                "Initialization of the new parts: fitted (the time embedding is solved "
                    + "to match the base model's, and scales of queries and keys are "
                    + "measured) or random (for comparison).",
            value = "fitted")
        Initial initial,
    @Key(doc = "Batches on which the scales of queries and keys are measured.", value = "8")
        int calibrationBatches,
    @Key(
            doc =
                "Number of first steps that train only the time embedding and the new "
                    + "norms. Not recommended: the loss has a spike when the other weights "
                    + "are released.",
            value = "0")
        int embeddingOnlySteps) {

  /** Initial values of the new parts. */
  public enum Initial {
    /** Fitted and measured so that the function changes as little as possible. */
    FITTED,
    /** A random time embedding and norms of scale 1. */
    RANDOM
  }

  /** Checks the numbers. */
  public ConversionRecipe {
    NumberCheck.atLeast("calibration_batches", calibrationBatches, 1);
    NumberCheck.atLeast("embedding_only_steps", embeddingOnlySteps, 0);
  }
}
