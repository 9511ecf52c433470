package dev.sana4j.sana;

import dev.sana4j.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a SANA transformer.
 *
 * @param latents (B, C, H, W), H and W multiples of the patch size
 * @param text (B, L, caption channels)
 * @param textMask (B, L), 1 for a token and 0 for padding
 * @param times (B), the timesteps, already multiplied by the config's timestep scale
 * @param guidance (B), the guidance scales, already multiplied by the config's guidance scale; null
 *     for a model without that input
 * @param residuals (N, B, T, width) from a ControlNet of N blocks, added after block 1, 2, ...;
 *     null without ControlNet
 */
public record SanaInput(
    Tensor latents,
    Tensor text,
    Tensor textMask,
    Tensor times,
    @Nullable Tensor guidance,
    @Nullable Tensor residuals) {

  /**
   * Returns the same arguments with the residuals of a ControlNet.
   *
   * @param given see {@link #residuals}
   * @return the new arguments
   */
  public SanaInput with(Tensor given) {
    return new SanaInput(latents, text, textMask, times, guidance, given);
  }
}
