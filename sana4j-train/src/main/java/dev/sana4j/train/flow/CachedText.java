package dev.sana4j.train.flow;

import dev.sana4j.data.CaptionEmbeddings;
import dev.sana4j.data.LatentCache;
import dev.sana4j.pipeline.engine.ModelFolderWriter;
import dev.sana4j.pipeline.engine.PromptEmbedding;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Parameter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Text embeddings of a frozen encoder, read from the cache; texts of sample grids are encoded
 * beforehand.
 */
final class CachedText implements TextSource {
  private final LatentCache cache;
  private final Path model;
  private final Map<String, PromptEmbedding> texts = new LinkedHashMap<>();

  /**
   * With the texts of sample grids.
   *
   * @param cache of latents and embeddings
   * @param model whose text encoder and tokenizer are written with the trained model
   * @param wanted texts that will be needed
   * @param encoder encodes one
   */
  CachedText(
      LatentCache cache,
      Path model,
      List<String> wanted,
      Function<String, PromptEmbedding> encoder) {
    this.cache = cache;
    this.model = model;
    for (String text : wanted) {
      PromptEmbedding embedding = encoder.apply(text);
      embedding.tensors().forEach(Tensor::keep);
      texts.put(text, embedding);
    }
  }

  @Override
  public PromptEmbedding batch(List<Integer> samples, List<Integer> captions) {
    CaptionEmbeddings found = cache.text(samples, captions);
    return new PromptEmbedding(found.text(), found.mask());
  }

  @Override
  public PromptEmbedding text(String text) {
    PromptEmbedding found = texts.get(text);
    if (found == null) {
      throw new IllegalStateException("'" + text + "' was not encoded beforehand");
    }
    return found;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of();
  }

  @Override
  public void write(Path target) {
    for (String part : List.of("text_encoder", "tokenizer")) {
      ModelFolderWriter.copy(model.resolve(part), target.resolve(part));
    }
  }

  @Override
  public void close() {
    texts.values().forEach(embedding -> embedding.tensors().forEach(Tensor::close));
  }
}
