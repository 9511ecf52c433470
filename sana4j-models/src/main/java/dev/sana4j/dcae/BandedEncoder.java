package dev.sana4j.dcae;

import dev.sana4j.nn.Layer;
import dev.sana4j.tensor.Tensor;
import java.util.List;

/** An {@link Encoder} that can compute large images in bands of rows. */
final class BandedEncoder extends Layer<Tensor> {
  private final Encoder encoder;

  BandedEncoder(Encoder encoder) {
    this.encoder = own(encoder);
  }

  /**
   * Returns the steps of {@link #forward} for an image in channels-last order, each one block long.
   */
  List<Layer<Tensor>> parts() {
    return encoder.layers();
  }

  @Override
  protected Tensor forward(Tensor image) {
    long rows = Math.max(1, Autoencoder.pixelsAtOnce(image.dtype()) / image.size(3));
    return rows >= image.size(2) ? encoder.apply(image) : inBands(image, rows);
  }

  /**
   * Computes the layers before the first one with attention in bands, and the others as a whole.
   *
   * @param rows the approximate number of image rows per band
   */
  Tensor inBands(Tensor image, long rows) {
    List<Layer<Tensor>> layers = encoder.layers();
    int early = RowBands.leading(layers);
    RowBands bands = new RowBands(layers.subList(0, early));
    Tensor features = bands.apply(image.channelsLast(), Math.max(1, bands.height(rows)));
    List<Layer<Tensor>> late = layers.subList(early, layers.size());
    return chain(features, late.size(), (i, hidden) -> late.get(i).apply(hidden));
  }
}
