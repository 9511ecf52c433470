package dev.sana4j.verify;

import dev.sana4j.tensor.DType;

/**
 * The largest errors that pass.
 *
 * @param network for the outputs of networks and blocks
 * @param sampler for the times and steps of samplers
 * @param latents for the latents of whole pipelines; compared only in float32
 * @param image fraction of 8-bit values that are off by more than 1; compared only in float32
 * @param exact for numbers that must be equal
 */
record Bounds(double network, double sampler, double latents, double image, double exact) {

  static Bounds of(DType dtype) {
    return dtype == DType.FLOAT32
        ? new Bounds(1e-4, 1e-5, 1e-3, 1e-3, 0)
        : new Bounds(5e-2, 1e-5, 0, 0, 0);
  }
}
