package dev.sana4j.dcae;

import dev.sana4j.dcae.RowLocal.Rows;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Layers applied to bands of rows, so that memory does not grow with the size of the image. A band
 * is computed from all the rows that it depends on: the result is that of the whole but for
 * rounding, without seams.
 *
 * @param layers one after the other
 */
record RowBands(List<RowLocal> layers) {

  /**
   * Applies the layers.
   *
   * @param features (B, C, H, W)
   * @param rows of the result, at a time
   * @return the result
   */
  Tensor apply(Tensor features, long rows) {
    long height = features.size(2);
    for (RowLocal layer : layers) {
      height = layer.height(height);
    }
    List<Tensor> bands = new ArrayList<>();
    for (long top = 0; top < height; top += rows) {
      bands.add(band(features, new Rows(top, Math.min(top + rows, height))));
    }
    return Tensors.cat(bands, 2);
  }

  private Tensor band(Tensor features, Rows wanted) {
    List<Rows> needed = needed(features.size(2), wanted);
    return TensorScope.tidy(
        () -> {
          Tensor current = needed.get(0).of(features, 0);
          for (int i = 0; i < layers.size(); i++) {
            RowLocal layer = layers.get(i);
            Tensor next =
                needed.get(i + 1).of(layer.apply(current), layer.height(needed.get(i).begin()));
            current.close();
            current = next;
          }
          return current.contiguous();
        });
  }

  /** The rows before each layer, and those after the last. */
  private List<Rows> needed(long height, Rows wanted) {
    List<Long> heights = new ArrayList<>(List.of(height));
    layers.forEach(layer -> heights.add(layer.height(heights.get(heights.size() - 1))));
    List<Rows> needed = new ArrayList<>(List.of(wanted));
    for (int i = layers.size() - 1; i >= 0; i--) {
      Rows after = needed.get(needed.size() - 1);
      needed.add(layers.get(i).reads(after).within(heights.get(i)));
    }
    Collections.reverse(needed);
    return needed;
  }
}
