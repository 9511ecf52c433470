package dev.sana4j.data;

import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorGroup;
import java.util.List;

/**
 * The embeddings of one caption per image.
 *
 * @param text (B, L, D) in the dtype of the cache, L that of the longest caption, shorter ones
 *     padded with zeros
 * @param mask (B, L) float32: 1 for a token, 0 for padding
 */
public record CaptionEmbeddings(Tensor text, Tensor mask) implements TensorGroup, AutoCloseable {

  @Override
  public List<Tensor> tensors() {
    return List.of(text, mask);
  }

  /** Frees the tensors. */
  @Override
  public void close() {
    tensors().forEach(Tensor::close);
  }
}
