package dev.sana4j.data;

import dev.sana4j.tensor.Tensor;
import java.util.List;

/** Captions to embeddings. */
@FunctionalInterface
public interface CaptionEncoder {

  /**
   * Encodes captions.
   *
   * @param captions texts; the empty one stands for "no caption"
   * @return for each (L, D), without padding; L is its own, and at least 1
   */
  List<Tensor> encode(List<String> captions);
}
