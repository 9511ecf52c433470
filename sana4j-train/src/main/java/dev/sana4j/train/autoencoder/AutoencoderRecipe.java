package dev.sana4j.train.autoencoder;

import dev.sana4j.objective.ReconstructionLoss;
import dev.sana4j.recipe.Inline;
import dev.sana4j.recipe.Key;
import dev.sana4j.train.loop.RunRecipe;
import dev.sana4j.train.optim.OptimizerRecipe;
import dev.sana4j.train.optim.ScheduleRecipe;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * {@code sana train autoencoder}: a DC-AE of any depth and width from images.
 *
 * @param data images
 * @param start an existing autoencoder to train further, or null for a new one
 * @param freezeEncoder whether only the decoder is trained
 * @param network sizes of a new one
 * @param loss the reconstruction loss
 * @param adversarial a discriminator
 * @param schedule how long and how fast it learns
 * @param optimizer the optimizer
 * @param run how it runs
 */
public record AutoencoderRecipe(
    @Key(doc = "The images.") ImagesRecipe data,
    @Key(
            doc =
                "Autoencoder to continue from, with its sizes: a model folder or a vae/ "
                    + "folder. Without it a new one is created.",
            model = true)
        @Nullable Path start,
    @Key(
            doc =
                "Train only the decoder: the latents do not change, so models trained "
                    + "on them still fit.",
            value = "false")
        boolean freezeEncoder,
    @Key(doc = "Sizes of a new autoencoder.") AutoencoderSizes network,
    @Key(doc = "The reconstruction loss.") ReconstructionRecipe loss,
    @Key(doc = "A discriminator.") AdversarialRecipe adversarial,
    @Inline({
          @Key(
              doc =
                  "Learning rate after the warm-up; 4e-3 with muon suits a tiny " + "autoencoder.",
              value = "1e-4"),
          @Key(doc = "Warm-up: steps over which the learning rate rises from 0.", value = "1000"),
          @Key(doc = "Number of optimizer steps.", value = "100000"),
          @Key(doc = "Batch size per worker.", value = "16")
        })
        ScheduleRecipe schedule,
    @Key(doc = "The optimizer, also used for the discriminator.") OptimizerRecipe optimizer,
    @Key(
            doc =
                "Seeds, precision, checkpoints and samples. Sample grids show images "
                    + "next to their reconstructions.")
        RunRecipe run) {

  /** Checks the numbers. */
  public AutoencoderRecipe {
    if (freezeEncoder && start == null) {
      throw new IllegalArgumentException(
          "freeze_encoder needs start, the autoencoder whose encoder is kept");
    }
    int side = data.shortestSide();
    if (loss.ssimWeight() > 0 && side < ReconstructionLoss.WINDOW) {
      throw new IllegalArgumentException(
          "loss needs images of at least %d pixels for ssim_weight, data gives %d"
              .formatted(ReconstructionLoss.WINDOW, side));
    }
    if (adversarial.isOn() && side >> Math.min(31, adversarial.layers()) < 1) {
      throw new IllegalArgumentException(
          "adversarial cannot halve images of %d pixels %d times; set fewer layers"
              .formatted(side, adversarial.layers()));
    }
  }
}
