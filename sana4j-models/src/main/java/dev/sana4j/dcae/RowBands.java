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
 * Applies layers to bands of rows, so that memory does not grow with the size of the image. Each
 * band is computed from all the rows that it depends on, so there are no seams: the result equals
 * that of the whole image except for rounding.
 *
 * @param layers the layers in order; each has a {@linkplain Layer#reach reach}
 */
record RowBands(List<Layer<Tensor>> layers) {

  /** A range of feature rows, without the end. */
  private record Rows(long begin, long end) {
    /** Returns these rows of features whose first row is {@code first}. */
    Tensor of(Tensor features, long first) {
      return features.narrow(2, begin - first, end - begin);
    }
  }

  /** Returns the number of layers at the beginning that can be applied in bands. */
  static int leading(List<Layer<Tensor>> layers) {
    int count = 0;
    while (count < layers.size() && layers.get(count).reach() != null) {
      count++;
    }
    return count;
  }

  /** Returns the number of layers at the end that can be applied in bands. */
  static int trailing(List<Layer<Tensor>> layers) {
    List<Layer<Tensor>> reversed = new ArrayList<>(layers);
    Collections.reverse(reversed);
    return leading(reversed);
  }

  /** Returns the number of rows after all layers. */
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
   * @param rows the number of result rows per band
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

  /** Returns the rows needed before each layer, and the rows after the last one. */
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
