package dev.sana4j.objective;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The losses of an autoencoder and of its discriminator.
 *
 * @param weights weights of the terms
 * @param discriminator returns logits, high for images; null for none
 */
public record AutoencoderObjective(Weights weights, @Nullable Discriminator discriminator) {

  /**
   * Weights of the terms, relative to the mean absolute error, whose weight is 1.
   *
   * @param gradient weight of the differences between neighbouring pixels, 0 for none
   * @param ssim weight of 1 - SSIM, 0 for none
   * @param adversarial weight of the generator's loss
   */
  public record Weights(double gradient, double ssim, double adversarial) {}

  /**
   * Loss of the autoencoder.
   *
   * @param total the weighted sum, to be differentiated
   * @param figures the weighted terms by name, without gradients
   */
  public record Loss(Tensor total, Map<String, Tensor> figures) {}

  /**
   * Returns the autoencoder's loss.
   *
   * @param reconstruction (B, 3, H, W) float32
   * @param image of the same shape, in -1..1
   * @param isOpposed whether to include the adversarial term
   * @return the loss, owned by the current scope
   */
  public Loss loss(Tensor reconstruction, Tensor image, boolean isOpposed) {
    Map<String, Tensor> terms =
        ReconstructionLoss.terms(weights.gradient(), weights.ssim(), reconstruction, image);
    if (discriminator != null && isOpposed) {
      Tensor generator = HingeLoss.generator(discriminator.apply(reconstruction));
      terms.put("adversarial", generator.mul(weights.adversarial()));
    }
    Map<String, Tensor> figures = new LinkedHashMap<>();
    terms.forEach((name, term) -> figures.put(name, term.alias()));
    return new Loss(terms.values().stream().reduce(Tensor::add).orElseThrow(), figures);
  }

  /**
   * Returns the discriminator's loss.
   *
   * @param image (B, 3, H, W) float32, real
   * @param reconstruction of the same shape, fake; no gradient flows into the autoencoder
   * @return a scalar
   * @throws IllegalStateException if there is no discriminator
   */
  public Tensor discriminatorLoss(Tensor image, Tensor reconstruction) {
    if (discriminator == null) {
      throw new IllegalStateException("no discriminator was given");
    }
    return HingeLoss.discriminator(
        discriminator.apply(image), discriminator.apply(reconstruction.alias()));
  }

  /**
   * Adds noise to a latent, in units of the standard deviation of each image's latent. No gradient
   * flows through the standard deviation.
   *
   * @param latent (B, C, h, w)
   * @param noise of the same shape, standard normal
   * @param level amount of noise
   * @return (B, C, h, w) in the dtype of the latent
   */
  public static Tensor noisy(Tensor latent, Tensor noise, double level) {
    Tensor flat = latent.alias().to(DType.FLOAT32).flatten(1, 3);
    Tensor centred = flat.sub(flat.mean(1, true));
    Tensor deviations = centred.pow(2).mean(1, true).sqrt().reshape(-1, 1, 1, 1);
    return latent.add(noise.mul(deviations).mul(level).to(latent.dtype()).channelsLast());
  }
}
