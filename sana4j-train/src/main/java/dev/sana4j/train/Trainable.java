package dev.sana4j.train;

import dev.sana4j.tensor.Tensor;

/**
 * What an optimizer changes.
 *
 * @param name its path in the checkpoint
 * @param value float32 in row-major order; it stays with its owner
 */
public record Trainable(String name, Tensor value) {}
