package dev.sana4j.train.distill;

import dev.sana4j.recipe.Key;
import dev.sana4j.train.NumberCheck;

/**
 * The consistency loss of distillation (sCM).
 *
 * @param weight of the loss; 0 for none
 * @param noiseMean of the logarithm of the noise
 * @param noiseDeviation of the logarithm of the noise
 * @param tangentWarmUp steps of the student until the derivative has full weight
 * @param tangentNorm added to the norm of the tangent
 */
public record ConsistencyRecipe(
    @Key(doc = "Weight of the consistency loss; 0 for none.", value = "1") double weight,
    @Key(
            doc =
                "Mean of ln(sigma); the student is trained at the angle arctan(sigma / "
                    + "0.5). SANA-Sprint found 0 best.",
            value = "0")
        double noiseMean,
    @Key(doc = "Standard deviation of ln(sigma).", value = "1.6") double noiseDeviation,
    @Key(
            doc =
                "Tangent warm-up: steps of the student over which the weight of its "
                    + "derivative along the path rises to 1.",
            value = "4000")
        int tangentWarmUp,
    @Key(doc = "Constant added to the norm in the normalization of the tangent.", value = "0.1")
        double tangentNorm) {

  /** Checks the numbers. */
  public ConsistencyRecipe {
    NumberCheck.notNegative("weight", weight);
    NumberCheck.positive("noise_deviation", noiseDeviation);
    NumberCheck.atLeast("tangent_warm_up", tangentWarmUp, 0);
    NumberCheck.positive("tangent_norm", tangentNorm);
  }
}
