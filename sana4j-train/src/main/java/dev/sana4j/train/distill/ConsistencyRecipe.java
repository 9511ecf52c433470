package dev.sana4j.train.distill;

import dev.sana4j.recipe.Key;
import dev.sana4j.train.NumberCheck;

/**
 * The consistency loss of distillation (sCM).
 *
 * @param weight of the loss; 0 for none
 * @param noiseMean of the logarithm of the noise
 * @param noiseDeviation of the logarithm of the noise
 * @param tangentWarmUp steps of the student until the derivative counts in full
 * @param tangentNorm added to the norm of the tangent
 */
public record ConsistencyRecipe(
    @Key(doc = "Weight of the consistency loss; 0 for none.", value = "1") double weight,
    @Key(
            doc =
                "Mean of ln(sigma); the angle a student learns at is arctan(sigma / 0.5). SANA-Sprint"
                    + " found 0 best.",
            value = "0")
        double noiseMean,
    @Key(doc = "Standard deviation of ln(sigma).", value = "1.6") double noiseDeviation,
    @Key(
            doc =
                "Steps of the student over which the derivative of its own field comes to count in"
                    + " full.",
            value = "4000")
        int tangentWarmUp,
    @Key(doc = "Added to the norm the tangent is divided by.", value = "0.1") double tangentNorm) {

  /** Checks the numbers. */
  public ConsistencyRecipe {
    NumberCheck.notNegative("weight", weight);
    NumberCheck.positive("noise_deviation", noiseDeviation);
    NumberCheck.atLeast("tangent_warm_up", tangentWarmUp, 0);
    NumberCheck.positive("tangent_norm", tangentNorm);
  }
}
