package dev.sana4j.train.autoencoder;

import dev.sana4j.recipe.Key;
import dev.sana4j.train.NumberCheck;

/**
 * What makes a reconstruction a good one.
 *
 * @param gradientWeight of the differences between neighbouring pixels
 * @param ssimWeight of the structural dissimilarity
 * @param latentNoise noise on the latent, in units of its deviation
 */
public record ReconstructionRecipe(
    @Key(
            doc =
                "Weight of the mean absolute error of the differences between neighbouring pixels,"
                    + " beside that of the pixels, which has 1: sharper edges.",
            value = "0.5")
        double gradientWeight,
    @Key(
            doc =
                "Weight of 1 - SSIM (gaussian window of 11 pixels, deviation 1.5), in place of or"
                    + " beside the former.",
            value = "0")
        double ssimWeight,
    @Key(
            doc =
                "Gaussian noise added to the latent before it is decoded, in units of the standard"
                    + " deviation of the image's latent: a smoother latent space.",
            value = "0.1")
        double latentNoise) {

  /** Checks the numbers. */
  public ReconstructionRecipe {
    NumberCheck.notNegative("gradient_weight", gradientWeight);
    NumberCheck.notNegative("ssim_weight", ssimWeight);
    NumberCheck.notNegative("latent_noise", latentNoise);
  }
}
