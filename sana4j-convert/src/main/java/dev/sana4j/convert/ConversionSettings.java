package dev.sana4j.convert;

import dev.sana4j.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * Values that cannot be derived from the tensors, a base model or the name of the file.
 *
 * @param variant variant of a transformer; null to detect it
 * @param heads heads of its self-attention; null to detect them
 * @param crossHeads heads of its cross-attention; null to detect them
 * @param resolution side of the images it was trained for, in pixels; null to detect it
 * @param interpolationScale interpolation scale of its position embedding, 0 for none; null to
 *     detect it
 * @param scalingFactor scaling factor of an autoencoder; null to detect it
 * @param dtype dtype of the weights in the folder; null to keep that of the file
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
   * Returns settings without any value.
   *
   * @return settings with which everything is detected
   */
  public static ConversionSettings none() {
    return new ConversionSettings(null, null, null, null, null, null, null);
  }
}
