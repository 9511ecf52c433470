package dev.sana4j.pipeline.model;

import dev.sana4j.dcae.Autoencoder;
import dev.sana4j.dcae.AutoencoderConfig;
import dev.sana4j.image.ImageSize;
import dev.sana4j.pipeline.request.GenerationRequest;
import dev.sana4j.tensor.DType;
import java.util.stream.LongStream;

/**
 * The memory of each stage of an image, without weights.
 *
 * @param text bytes while prompts are encoded
 * @param denoising bytes of a step of the transformer
 * @param decoding bytes while images are encoded or decoded
 */
record StageMemory(long text, long denoising, long decoding) {
  /**
   * Feature maps of the outermost stage that are in memory at the same time, including gaps in the
   * heap. Measured with the f32c32 model at 512 and 1024 pixels: 11 in float32, and 6 to 9 more if
   * an image is decoded in bands; 10 in bfloat16, whose norms compute in float32.
   */
  private static final int FLOAT32_MAPS = 11;

  private static final int FLOAT32_BAND_MAPS = 7;

  private static final int HALF_MAPS = 11;

  /** Feature maps of a stage with attention that coexist in its gated convolution: counted. */
  private static final int ATTENTION_MAPS = 36;

  /** Copies of the image that coexist between decoder and heap. */
  private static final int IMAGE_MAPS = 4;

  /** Floats per token in the gated convolution, in units of the width: counted. */
  private static final int TOKEN_WIDTHS = 24;

  /** Score matrices that coexist in the text encoder: counted. */
  private static final int SCORES = 8;

  /** Tokens of the stock instruction under the public vocabulary, 208, rounded up. */
  private static final int INSTRUCTION_TOKENS = 256;

  private static final long TILE_PIXELS = 512 * 512;

  /**
   * Returns the memory for one image of a request.
   *
   * @param config the model
   * @param request the request
   * @param dtype precision of the networks
   */
  static StageMemory of(ModelConfig config, GenerationRequest request, DType dtype) {
    ImageSize size = config.workingSize(request);
    long pixels = (long) size.width() * size.height();
    return new StageMemory(
        text(config, request),
        transformer(config, request, pixels),
        autoencoder(config, request, pixels, dtype) + image(config, request, size));
  }

  /** Returns the memory of the largest stage. */
  long most() {
    return LongStream.of(text, denoising, decoding).max().orElseThrow();
  }

  private static long text(ModelConfig config, GenerationRequest request) {
    long length =
        (long) request.maxSequenceLength() + (request.instruction() ? INSTRUCTION_TOKENS : 0);
    return length * length * config.textEncoder().heads() * SCORES * Float.BYTES;
  }

  static boolean encodesAnImage(GenerationRequest request) {
    return !request.task().inputs().isEmpty();
  }

  /** Returns the number of pixels that the outermost stage of the decoder computes at a time. */
  static long decodedAtOnce(ModelConfig config, GenerationRequest request, DType dtype) {
    ImageSize size = config.workingSize(request);
    long whole = whole(request, (long) size.width() * size.height());
    return Math.min(whole, Autoencoder.pixelsAtOnce(NetworkDtypes.encoderDtype(dtype)));
  }

  private static long whole(GenerationRequest request, long pixels) {
    return request.tiledDecoding() ? Math.min(pixels, TILE_PIXELS) : pixels;
  }

  /**
   * Returns the memory of the decoder, or of the encoder if an image is encoded and it needs more.
   */
  private static long autoencoder(
      ModelConfig config, GenerationRequest request, long pixels, DType dtype) {
    long whole = whole(request, pixels);
    AutoencoderConfig halves = config.autoencoder();
    long width = halves.decoder().widths().get(0);
    long attended = attended(halves.decoder(), whole);
    if (encodesAnImage(request)) {
      width = Math.max(width, halves.encoder().widths().get(0));
      attended = Math.max(attended, attended(halves.encoder(), whole));
    }
    long values = width * decodedAtOnce(config, request, dtype);
    // Around a float16 transformer the autoencoder computes in float32, see SanaModel.
    boolean half = NetworkDtypes.encoderDtype(dtype) == DType.BFLOAT16;
    boolean banded = values < width * whole;
    int maps = FLOAT32_MAPS + (banded ? FLOAT32_BAND_MAPS : 0);
    long late = values * (half ? 2L * HALF_MAPS : (long) Float.BYTES * maps);
    long early = attended * (half ? 2 : Float.BYTES) * ATTENTION_MAPS;
    return Math.max(late, early);
  }

  /** Returns the number of features of the largest stage that is not computed in bands. */
  private static long attended(AutoencoderConfig.Stages stages, long pixels) {
    long most = 0;
    for (int stage = 0; stage < stages.widths().size(); stage++) {
      if (!stages.blockTypes().get(stage).equals("ResBlock")) {
        most = Math.max(most, (pixels >> (2 * stage)) * stages.widths().get(stage));
      }
    }
    return most;
  }

  /**
   * Returns the memory of the image in its last conversions, when it is scaled but not cropped yet.
   */
  private static long image(ModelConfig config, GenerationRequest request, ImageSize size) {
    if (!config.scalesAsPublished(request)) {
      return (long) size.width() * size.height() * 3 * IMAGE_MAPS * Float.BYTES; // heap follows
    }
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
