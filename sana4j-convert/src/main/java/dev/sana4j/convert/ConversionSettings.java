package dev.sana4j.convert;

import dev.sana4j.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * What tensors do not tell, where neither a model folder nor the file's name does.
 *
 * @param variant which model a transformer is a kind of; null to find out
 * @param heads heads of its self-attention; null to find out
 * @param crossHeads heads of its cross-attention; null to find out
 * @param resolution side of the images it was made for, in pixels; null to find out
 * @param interpolationScale of its position embedding, 0 for none; null to find out
 * @param scalingFactor of an autoencoder; null to find out
 * @param dtype of the weights in the folder; null to leave them as they are
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
   * With nothing said.
   *
   * @return settings that leave everything to be found out
   */
  public static ConversionSettings none() {
    return new ConversionSettings(null, null, null, null, null, null, null);
  }
}
