package dev.sana4j.data;

import dev.sana4j.tensor.Tensor;
import java.util.List;

/** Captions to embeddings. */
@FunctionalInterface
public interface CaptionEncoder {

  /**
   * Encodes captions.
   *
   * @param captions texts; the empty one means "no caption"
   * @return one (L, D) per caption, without padding; L may differ and is at least 1
   */
  List<Tensor> encode(List<String> captions);
}
