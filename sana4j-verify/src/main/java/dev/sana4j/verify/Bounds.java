package dev.sana4j.verify;

import dev.sana4j.tensor.DType;

/**
 * The largest errors that pass.
 *
 * @param network of a network's output, and of each block's
 * @param sampler of a sampler's times and steps
 * @param latents of a whole pipeline's latents; compared in float32 only
 * @param image share of 8-bit values off by more than 1; compared in float32 only
 * @param exact of numbers that must be equal
 */
record Bounds(double network, double sampler, double latents, double image, double exact) {

  static Bounds of(DType dtype) {
    return dtype == DType.FLOAT32
        ? new Bounds(1e-4, 1e-5, 1e-3, 1e-3, 0)
        : new Bounds(5e-2, 1e-5, 0, 0, 0);
  }
}
