package dev.sana4j.pipeline.engine;

import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorGroup;
import dev.sana4j.tensor.Tensors;
import java.util.List;

/**
 * An embedded prompt, the input of the transformer.
 *
 * @param states (B, L, width), float32
 * @param mask int64 (B, L), 1 for a token and 0 for padding
 */
public record PromptEmbedding(Tensor states, Tensor mask) implements TensorGroup {

  @Override
  public List<Tensor> tensors() {
    return List.of(states, mask);
  }

  /** Joins embeddings to one batch, padded to the longest. */
  static PromptEmbedding batch(List<PromptEmbedding> embeddings) {
    long length = embeddings.stream().mapToLong(each -> each.mask().size(1)).max().orElseThrow();
    List<PromptEmbedding> padded = embeddings.stream().map(each -> each.padded(length)).toList();
    return new PromptEmbedding(
        Tensors.cat(padded.stream().map(PromptEmbedding::states).toList(), 0),
        Tensors.cat(padded.stream().map(PromptEmbedding::mask).toList(), 0));
  }

  private PromptEmbedding padded(long length) {
    long more = length - mask.size(1);
    return more == 0
        ? this
        : new PromptEmbedding(
            Functional.pad(states, 0, 0, 0, 0, more), Functional.pad(mask, 0, 0, more));
  }
}
