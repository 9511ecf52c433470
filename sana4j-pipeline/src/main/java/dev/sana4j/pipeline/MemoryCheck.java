package dev.sana4j.pipeline;

import dev.sana4j.image.ImageSize;
import dev.sana4j.tensor.DType;

/** Refuses a request that would not fit into memory, before the work starts. */
final class MemoryCheck {
  /**
   * Feature maps of the last decoder stage that live at once, as measured with the f32c32 model at
   * 512 and 1024 pixels: 7.4 in float32; 12.5 in bfloat16, whose norms compute in float32.
   */
  private static final int FLOAT32_MAPS = 8;

  /** Copies of the image that live at once between decoder and heap. */
  private static final int IMAGE_MAPS = 4;

  private static final int HALF_MAPS = 13;

  /**
   * Floats a token needs in the gated convolution, in units of the width: counted, not measured.
   */
  private static final int TOKEN_WIDTHS = 24;

  private static final long TILE_PIXELS = 512 * 512;
  private static final double GIB = 1L << 30;

  private MemoryCheck() {}

  static void require(
      ModelConfig config, GenerationRequest request, ImageSize size, DType dtype, long weights) {
    long needed = weights + working(config, request, size, dtype);
    long available = AvailableMemory.bytes();
    if (needed > available) {
      throw new RequestException(
          "an image of %s needs about %.1f GiB of memory and %.1f GiB are free; %s"
              .formatted(
                  request.size(),
                  needed / GIB,
                  available / GIB,
                  request.tiledDecoding()
                      ? "ask for a smaller size"
                      : "ask for a smaller size or for tiled decoding"));
    }
  }

  /** Bytes of the larger stage besides the weights. */
  static long working(ModelConfig config, GenerationRequest request, ImageSize size, DType dtype) {
    long pixels = (long) size.width() * size.height();
    long decoder = decoder(config, request, pixels, dtype) + image(request, size);
    return Math.max(decoder, transformer(config, request, pixels));
  }

  private static long decoder(
      ModelConfig config, GenerationRequest request, long pixels, DType dtype) {
    long decoded = request.tiledDecoding() ? Math.min(pixels, TILE_PIXELS) : pixels;
    long live = dtype == DType.FLOAT32 ? FLOAT32_MAPS : HALF_MAPS;
    return decoded * config.autoencoder().decoder().widths().get(0) * live * dtype.bytes();
  }

  /** The image itself in its last conversions, scaled to cover the asked size before it is cut. */
  private static long image(GenerationRequest request, ImageSize size) {
    double wider = (double) request.size().width() / size.width();
    double higher = (double) request.size().height() / size.height();
    double scale = Math.max(wider, higher);
    double covered = size.width() * scale * size.height() * scale;
    return (long) (covered * 3 * IMAGE_MAPS * Float.BYTES);
  }

  private static long transformer(ModelConfig config, GenerationRequest request, long pixels) {
    long step = config.sizeStep();
    long tokens = pixels / (step * step);
    long images = request.noise() == GenerationRequest.Noise.SHARED ? request.images() : 1;
    long guided = config.isSprint() ? 1 : 2;
    return tokens * images * guided * config.transformer().width() * TOKEN_WIDTHS * Float.BYTES;
  }
}
