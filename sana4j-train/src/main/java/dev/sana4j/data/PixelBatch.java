package dev.sana4j.data;

import dev.sana4j.tensor.Tensor;

/**
 * Images of one batch, or of one worker's part of it.
 *
 * @param batch the images; an unreadable one is replaced by another of the batch
 * @param pixels (B, 3, H, W) float32 in -1..1
 */
public record PixelBatch(Batch batch, Tensor pixels) implements AutoCloseable {

  /** Frees the pixels. */
  @Override
  public void close() {
    pixels.close();
  }
}
