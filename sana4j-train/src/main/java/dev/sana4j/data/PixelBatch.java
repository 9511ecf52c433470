package dev.sana4j.data;

import dev.sana4j.tensor.Tensor;

/**
 * Images of one batch, or of one worker's part of it.
 *
 * @param batch which images; where one could not be read, another of the batch stands in its place
 * @param pixels (B, 3, H, W) float32 in -1..1
 */
public record PixelBatch(Batch batch, Tensor pixels) implements AutoCloseable {

  /** Frees the pixels. */
  @Override
  public void close() {
    pixels.close();
  }
}
