package dev.sana4j.files;

/** What would let a refused call succeed, for a program that can offer it. */
public enum Remedy {
  /** Allow that the existing file is replaced. */
  OVERWRITE,
  /** Choose another model. */
  MODEL,
  /** Name a ControlNet. */
  CONTROLNET,
  /** Choose another port. */
  PORT,
  /** Give the heads of the transformer, or a base model of its width. */
  HEADS,
  /** Name the variant of the model. */
  VARIANT,
  /** Give the scale of the position embedding. */
  INTERPOLATION_SCALE,
  /** Give the scaling factor of the autoencoder, or a base model with the same one. */
  SCALING_FACTOR
}
