package dev.sana4j.pipeline;

import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import java.util.List;

/**
 * A text as the transformer sees it.
 *
 * @param states (B, L, width), float32
 * @param mask int64 (B, L), 1 for a token and 0 for padding
 */
public record PromptEmbedding(Tensor states, Tensor mask) {

  /** Several texts as one batch. */
  static PromptEmbedding batch(List<PromptEmbedding> embeddings) {
    return new PromptEmbedding(
        Tensors.cat(embeddings.stream().map(PromptEmbedding::states).toList(), 0),
        Tensors.cat(embeddings.stream().map(PromptEmbedding::mask).toList(), 0));
  }
}
