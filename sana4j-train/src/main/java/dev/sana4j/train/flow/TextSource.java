package dev.sana4j.train.flow;

import dev.sana4j.pipeline.engine.PromptEmbedding;
import dev.sana4j.weights.Parameter;
import java.nio.file.Path;
import java.util.List;

/** Source of the text condition of a batch. */
public interface TextSource extends AutoCloseable {

  /**
   * The text of a batch, owned by the current scope; recorded for gradients if it is trained.
   *
   * @param samples numbers in the cache
   * @param captions for each the number of a caption, or {@link
   *     dev.sana4j.data.LatentCache#NO_CAPTION}
   */
  PromptEmbedding batch(List<Integer> samples, List<Integer> captions);

  /** One text for a sample grid; "" for none. Owned by the current scope. */
  PromptEmbedding text(String text);

  /** The trained parameters. */
  List<Parameter> parameters();

  /** Writes {@code text_encoder/} and {@code tokenizer/} into a model folder. */
  void write(Path model);

  @Override
  void close();
}
