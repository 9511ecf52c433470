package dev.sana4j.dcae;

import dev.sana4j.nn.Layer;
import dev.sana4j.nn.RowReach;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * Layers applied to bands of rows, so that memory does not grow with the size of the image. A band
 * is computed from all the rows that it depends on: the result is that of the whole but for
 * rounding, without seams.
 *
 * @param layers one after the other; each has a {@linkplain Layer#reach reach}
 */
record RowBands(List<Layer<Tensor>> layers) {

  /** Rows of features, from the first to before the end. */
  private record Rows(long begin, long end) {
    /** Of features whose first row is {@code first}. */
    Tensor of(Tensor features, long first) {
      return features.narrow(2, begin - first, end - begin);
    }
  }

  /** How many layers at the beginning can be applied in bands. */
  static int leading(List<Layer<Tensor>> layers) {
    int count = 0;
    while (count < layers.size() && layers.get(count).reach() != null) {
      count++;
    }
    return count;
  }

  /** How many layers at the end can be applied in bands. */
  static int trailing(List<Layer<Tensor>> layers) {
    List<Layer<Tensor>> reversed = new ArrayList<>(layers);
    Collections.reverse(reversed);
    return leading(reversed);
  }

  /** Rows after all layers. */
  long height(long rows) {
    long height = rows;
    for (int i = 0; i < layers.size(); i++) {
      height = reach(i).height(height);
    }
    return height;
  }

  /**
   * Applies the layers.
   *
   * @param features (B, C, H, W)
   * @param rows of the result, at a time
   * @return the result
   */
  Tensor apply(Tensor features, long rows) {
    long height = height(features.size(2));
    List<Tensor> bands = new ArrayList<>();
    for (long top = 0; top < height; top += rows) {
      bands.add(band(features, new Rows(top, Math.min(top + rows, height))));
    }
    return Tensors.cat(bands, 2);
  }

  private Tensor band(Tensor features, Rows wanted) {
    List<Rows> needed = needed(features.size(2), wanted);
    return TensorScope.tidy(
        () ->
            Layer.chain(
                    needed.get(0).of(features, 0),
                    layers.size(),
                    (i, band) ->
                        needed
                            .get(i + 1)
                            .of(layers.get(i).apply(band), reach(i).height(needed.get(i).begin())))
                .contiguous());
  }

  /** The rows before each layer, and those after the last. */
  private List<Rows> needed(long height, Rows wanted) {
    List<Rows> needed = new ArrayList<>(List.of(wanted));
    for (int i = layers.size() - 1; i >= 0; i--) {
      Rows after = needed.get(0);
      long before = new RowBands(layers.subList(0, i)).height(height);
      long begin = Math.max(reach(i).begin(after.begin()), 0);
      needed.add(0, new Rows(begin, Math.min(reach(i).end(after.end()), before)));
    }
    return needed;
  }

  private RowReach reach(int layer) {
    return Objects.requireNonNull(layers.get(layer).reach());
  }
}
