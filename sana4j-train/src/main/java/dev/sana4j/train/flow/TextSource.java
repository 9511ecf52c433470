package dev.sana4j.train.flow;

import dev.sana4j.pipeline.engine.PromptEmbedding;
import dev.sana4j.weights.Parameter;
import java.nio.file.Path;
import java.util.List;

/** Source of the text condition of a batch. */
public interface TextSource extends AutoCloseable {

  /**
   * Returns the text of a batch, owned by the current scope; it requires gradients if the encoder
   * is trained.
   *
   * @param samples indices of the images in the cache
   * @param captions index of a caption per image, or {@link dev.sana4j.data.LatentCache#NO_CAPTION}
   */
  PromptEmbedding batch(List<Integer> samples, List<Integer> captions);

  /** Returns a text for a sample grid, owned by the current scope; "" for no text. */
  PromptEmbedding text(String text);

  /** Returns the trained parameters. */
  List<Parameter> parameters();

  /** Writes {@code text_encoder/} and {@code tokenizer/} into a model folder. */
  void write(Path model);

  @Override
  void close();
}
