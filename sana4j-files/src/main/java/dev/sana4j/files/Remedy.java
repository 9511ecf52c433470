package dev.sana4j.files;

/** A change to the call that would make it succeed. A program can offer it to its user. */
public enum Remedy {
  /** Allow overwriting the existing file. */
  OVERWRITE,
  /** Choose another model. */
  MODEL,
  /** Choose a model with a ControlNet. */
  CONTROLNET,
  /** Choose another port. */
  PORT,
  /**
   * Specify the number of attention heads of the transformer, or a base model of the same width.
   */
  HEADS,
  /** Specify the model variant. */
  VARIANT,
  /** Specify the scale of the position embedding. */
  INTERPOLATION_SCALE,
  /** Specify the scaling factor of the autoencoder, or a base model with the same factor. */
  SCALING_FACTOR
}
