package dev.sana4j.convert;

import dev.sana4j.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a conversion that do not follow from the tensors, the base folder or the file's name.
 *
 * @param variant variant of a transformer; null to detect it
 * @param heads heads of its self-attention; null to detect it
 * @param crossHeads heads of its cross-attention; null to detect it
 * @param resolution side of the images it was made for, in pixels; null to detect it
 * @param interpolationScale of its position embedding, 0 for none; null to detect it
 * @param scalingFactor of an autoencoder; null to detect it
 * @param dtype of the weights in the folder; null to keep them unchanged
 */
public record ConversionSettings(
    @Nullable Variant variant,
    @Nullable Integer heads,
    @Nullable Integer crossHeads,
    @Nullable Integer resolution,
    @Nullable Double interpolationScale,
    @Nullable Double scalingFactor,
    @Nullable DType dtype) {

  /**
   * Returns settings without values.
   *
   * @return settings with which everything is detected
   */
  public static ConversionSettings none() {
    return new ConversionSettings(null, null, null, null, null, null, null);
  }
}
