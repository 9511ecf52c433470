package dev.sana4j.pipeline;

import dev.sana4j.dcae.Autoencoder;
import dev.sana4j.dcae.AutoencoderConfig;
import dev.sana4j.image.ImageSize;
import dev.sana4j.tensor.DType;
import java.util.stream.LongStream;

/** Refuses a request that would not fit into memory, before the work starts. */
final class MemoryCheck {
  /**
   * Feature maps of the outermost stage that live at once, as measured with the f32c32 model at 512
   * and 1024 pixels: 7.4 in float32; 11 to 12.5 in bfloat16, whose norms compute in float32.
   */
  private static final int FLOAT32_MAPS = 8;

  private static final int HALF_MAPS = 13;

  /** Feature maps of a stage with attention that live at once in its gated convolution: counted. */
  private static final int ATTENTION_MAPS = 36;

  /** Copies of the image that live at once between decoder and heap. */
  private static final int IMAGE_MAPS = 4;

  /** Copies of the image on the heap while it is encoded as a file. */
  private static final int HEAP_IMAGES = 4;

  /** The same while a picture becomes a tensor: it, its mask, both scaled, and floats. */
  private static final int HEAP_PICTURES = 8;

  /** Floats a token needs in the gated convolution, in units of the width: counted. */
  private static final int TOKEN_WIDTHS = 24;

  /** Score matrices that live at once in the text encoder: counted. */
  private static final int SCORES = 8;

  /** Tokens of the stock instruction under the public vocabulary, 208, rounded up. */
  private static final int INSTRUCTION_TOKENS = 256;

  private static final long TILE_PIXELS = 512 * 512;
  private static final double GIB = 1L << 30;

  private MemoryCheck() {}

  static void require(
      ModelConfig config, GenerationRequest request, ImageSize size, DType dtype, long weights) {
    long needed = weights + working(config, request, size, dtype);
    long available = AvailableMemory.bytes();
    if (needed > available || heap(request) > Runtime.getRuntime().maxMemory()) {
      throw new RequestException(
          "an image of %s needs about %.1f GiB of memory and %.1f GiB are free; %s"
              .formatted(
                  request.size(),
                  (needed + heap(request)) / GIB,
                  available / GIB,
                  advice(request)));
    }
  }

  private static String advice(GenerationRequest request) {
    if (request.task() instanceof Task.Upscale) {
      return "take a smaller picture or factor"; // its tiles are small already
    }
    return request.tiledDecoding()
        ? "ask for a smaller size"
        : "ask for a smaller size or for tiled decoding";
  }

  /** Bytes of the largest stage besides the weights. */
  static long working(ModelConfig config, GenerationRequest request, ImageSize size, DType dtype) {
    long pixels = (long) size.width() * size.height();
    return LongStream.of(
            text(config, request),
            transformer(config, request, pixels),
            autoencoder(config, request, pixels, dtype) + image(request, size))
        .max()
        .orElseThrow();
  }

  private static long heap(GenerationRequest request) {
    int images = encodesAPicture(request) ? HEAP_PICTURES : HEAP_IMAGES;
    return 3L * request.size().width() * request.size().height() * images;
  }

  private static long text(ModelConfig config, GenerationRequest request) {
    long length =
        (long) request.maxSequenceLength() + (request.instruction() ? INSTRUCTION_TOKENS : 0);
    return length * length * config.textEncoder().heads() * SCORES * Float.BYTES;
  }

  private static boolean encodesAPicture(GenerationRequest request) {
    return !request.task().inputs().isEmpty();
  }

  /** Of its two halves the one that needs more; the encoder only where a picture is encoded. */
  private static long autoencoder(
      ModelConfig config, GenerationRequest request, long pixels, DType dtype) {
    long whole = request.tiledDecoding() ? Math.min(pixels, TILE_PIXELS) : pixels;
    AutoencoderConfig halves = config.autoencoder();
    long width = halves.decoder().widths().get(0);
    long attended = attended(halves.decoder(), whole);
    if (encodesAPicture(request)) {
      width = Math.max(width, halves.encoder().widths().get(0));
      attended = Math.max(attended, attended(halves.encoder(), whole));
    }
    long values = width * Math.min(whole, Autoencoder.pixelsAtOnce(SanaModel.aroundTransformer(dtype)));
    // Around a float16 transformer the autoencoder computes in float32, see SanaModel.
    boolean half = SanaModel.aroundTransformer(dtype) == DType.BFLOAT16;
    long late = values * (half ? 2L * HALF_MAPS : (long) Float.BYTES * FLOAT32_MAPS);
    long early = attended * (half ? 2 : Float.BYTES) * ATTENTION_MAPS;
    return Math.max(late, early);
  }

  /** Features of the largest stage that is computed whole. */
  private static long attended(AutoencoderConfig.Stages stages, long pixels) {
    long most = 0;
    for (int stage = 0; stage < stages.widths().size(); stage++) {
      if (!stages.blockTypes().get(stage).equals("ResBlock")) {
        most = Math.max(most, (pixels >> (2 * stage)) * stages.widths().get(stage));
      }
    }
    return most;
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
