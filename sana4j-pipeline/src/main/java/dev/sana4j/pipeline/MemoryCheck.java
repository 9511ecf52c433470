package dev.sana4j.pipeline;

import dev.sana4j.image.ImageSize;
import dev.sana4j.tensor.DType;

/** Refuses a request that would not fit into memory, before the work starts. */
final class MemoryCheck {
  /**
   * Full-size feature maps that live at once while the last stage is decoded; measured, see
   * docs/tensor-lifetime.md.
   */
  private static final int DECODER_MAPS = 6;

  private static final int TILE_SIDE = 512;
  private static final double GIB = 1L << 30;

  private MemoryCheck() {}

  static void require(ModelConfig config, GenerationRequest request, DType dtype) {
    long needed = needed(config, request, dtype);
    long available = AvailableMemory.bytes();
    if (needed > available) {
      throw new RequestException(
          "size %s needs about %.1f GiB of memory and %.1f GiB are free; ask for a smaller size%s"
              .formatted(
                  request.size(),
                  needed / GIB,
                  available / GIB,
                  request.tiledDecoding() ? "" : " or for tiled decoding (--tiled)"));
    }
  }

  /** Bytes of the largest stage besides the weights. */
  static long needed(ModelConfig config, GenerationRequest request, DType dtype) {
    ImageSize size = config.workingSize(request);
    long pixels = (long) size.width() * size.height();
    long decoded = request.tiledDecoding() ? Math.min(pixels, TILE_SIDE * TILE_SIDE) : pixels;
    long decoder = decoded * config.autoencoder().decoder().widths().get(0) * DECODER_MAPS;
    long outputs = 4 * 3 * pixels; // the image itself, in its last conversions
    return (decoder + outputs) * dtype.bytes() + transformer(config, request, pixels);
  }

  /** The gated convolution: twice the hidden channels before, once after, for every token. */
  private static long transformer(ModelConfig config, GenerationRequest request, long pixels) {
    long step = config.sizeStep();
    long tokens = pixels / (step * step);
    long images = request.noise() == GenerationRequest.Noise.SHARED ? request.images() : 1;
    long guided = config.isSprint() ? 1 : 2;
    return tokens * images * guided * config.transformer().width() * 24L * Float.BYTES;
  }
}
