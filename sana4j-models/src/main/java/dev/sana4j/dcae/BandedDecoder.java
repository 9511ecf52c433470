package dev.sana4j.dcae;

import dev.sana4j.nn.Layer;
import dev.sana4j.tensor.Tensor;
import java.util.List;

/** A {@link Decoder} that can compute large images in bands of rows and its blocks in 8 bits. */
final class BandedDecoder extends Layer<Tensor> {
  private final Decoder decoder;
  private final int compression;

  BandedDecoder(Decoder decoder, AutoencoderConfig config) {
    this.decoder = own(decoder);
    compression = config.compression();
  }

  /**
   * Rounds the blocks to 8 bits. The input and output layers cost little and keep their precision.
   */
  void quantizeStages() {
    List<Layer<Tensor>> layers = decoder.layers();
    layers.subList(1, layers.size() - 1).forEach(Layer::quantize);
  }

  /** Returns the steps of {@link #forward}, each at most one block long. */
  List<Layer<Tensor>> parts() {
    return decoder.layers();
  }

  @Override
  protected Tensor forward(Tensor latent) {
    long width = latent.size(0) * latent.size(3) * compression;
    long rows = Math.max(1, Autoencoder.pixelsAtOnce(latent.dtype()) / width);
    return rows >= latent.size(2) * compression ? decoder.apply(latent) : inBands(latent, rows);
  }

  /** Computes the layers up to the last one with attention as a whole, and the others in bands. */
  Tensor inBands(Tensor latent, long rows) {
    List<Layer<Tensor>> layers = decoder.layers();
    int whole = layers.size() - RowBands.trailing(layers);
    Tensor features = chain(layers.subList(0, whole), latent);
    return new RowBands(layers.subList(whole, layers.size())).apply(features, rows);
  }
}
