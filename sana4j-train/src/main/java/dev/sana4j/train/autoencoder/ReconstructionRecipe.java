package dev.sana4j.train.autoencoder;

import dev.sana4j.recipe.Key;
import dev.sana4j.train.NumberCheck;

/**
 * The reconstruction loss.
 *
 * @param gradientWeight of the differences between neighbouring pixels
 * @param ssimWeight of the structural dissimilarity
 * @param latentNoise noise on the latent, in units of its deviation
 */
public record ReconstructionRecipe(
    @Key(
            doc =
                "Weight of the mean absolute error of the differences between "
                    + "neighbouring pixels, for sharper edges. The error of the pixels has "
                    + "weight 1.",
            value = "0.5")
        double gradientWeight,
    @Key(
            doc = "Weight of 1 - SSIM (Gaussian window of 11 pixels, standard deviation " + "1.5).",
            value = "0")
        double ssimWeight,
    @Key(
            doc =
                "Gaussian noise added to the latent before decoding, relative to the "
                    + "standard deviation of the image's latent. It makes the latent space "
                    + "smoother.",
            value = "0.1")
        double latentNoise) {

  /** Checks the numbers. */
  public ReconstructionRecipe {
    NumberCheck.notNegative("gradient_weight", gradientWeight);
    NumberCheck.notNegative("ssim_weight", ssimWeight);
    NumberCheck.notNegative("latent_noise", latentNoise);
  }
}
