package dev.sana4j.bench;

import dev.sana4j.dcae.AutoencoderConfig;
import dev.sana4j.dcae.AutoencoderConfig.Stages;
import dev.sana4j.gemma.GemmaConfig;
import dev.sana4j.sana.SanaConfig;

/**
 * Floating point operations of one forward pass at batch 1, counted from the shapes.
 *
 * <p>A matrix product of (M, K) by (K, N) is 2 M K N operations, a multiplication and an addition
 * for each of its terms; a convolution is counted as the equivalent product. Norms, activations and
 * other work on single elements are not counted.
 */
final class Flops {
  private static final int DCAE_EXPANSION = 4;

  /**
   * Number of sines and cosines in the embedding of a time or a guidance scale, as in the public
   * models.
   */
  private static final int TIME_WAVES = 256;

  private Flops() {}

  /** Counts a product of (rows, inner) by (inner, columns). */
  static long product(long rows, long inner, long columns) {
    return 2 * rows * inner * columns;
  }

  /**
   * Counts a convolution with a square kernel and the given number of output pixels; each output
   * uses one group.
   */
  static long convolution(long pixels, long in, long out, long kernel, long groups) {
    return product(pixels, in / groups * kernel * kernel, out);
  }

  /** Counts a Mix-FFN: 1x1 to twice the hidden channels, depthwise 3x3, gate, 1x1 back. */
  static long gluMbConv(long pixels, long channels, long hidden) {
    return convolution(pixels, channels, 2 * hidden, 1, 1)
        + convolution(pixels, 2 * hidden, 2 * hidden, 3, 2 * hidden)
        + convolution(pixels, hidden, channels, 1, 1);
  }

  /**
   * Counts ReLU linear attention without its projections: (D + 1, T) by (T, D), then (D + 1, D) by
   * (D, T) in each head; the additional row sums the keys.
   */
  static long linearAttention(long heads, long headWidth, long tokens) {
    return heads
        * (product(headWidth + 1, tokens, headWidth) + product(headWidth + 1, headWidth, tokens));
  }

  /** Counts softmax attention without its projections: all scores, then all weighted sums. */
  static long softmaxAttention(long heads, long headWidth, long queries, long keys) {
    return heads * (product(queries, headWidth, keys) + product(queries, keys, headWidth));
  }

  /** Counts one block of the diffusion transformer. */
  static long sanaBlock(SanaConfig config, long tokens, long textTokens) {
    long width = config.width();
    long crossWidth = (long) config.crossHeads() * config.crossHeadWidth();
    long selfAttention =
        4 * product(tokens, width, width)
            + linearAttention(config.heads(), config.headWidth(), tokens);
    long crossAttention =
        2 * product(tokens, width, crossWidth)
            + 2 * product(textTokens, width, crossWidth)
            + softmaxAttention(config.crossHeads(), config.crossHeadWidth(), tokens, textTokens);
    long hidden = (long) (config.expansion() * width);
    return selfAttention + crossAttention + gluMbConv(tokens, width, hidden);
  }

  /**
   * Counts the whole diffusion transformer: embeddings of image, text, time and guidance scale, the
   * blocks, and the output.
   */
  static long transformer(SanaConfig config, long tokens, long textTokens) {
    long width = config.width();
    long patchPixels = (long) config.patchSize() * config.patchSize();
    long image = product(tokens, patchPixels * config.inChannels(), width);
    long text =
        product(textTokens, config.captionChannels(), width) + product(textTokens, width, width);
    long embeddedNumber = product(1, TIME_WAVES, width) + product(1, width, width);
    long time =
        (config.guidanceEmbedding() ? 2 : 1) * embeddedNumber + product(1, width, 6 * width);
    long output = product(tokens, width, patchPixels * config.outChannels());
    return image + text + time + config.layers() * sanaBlock(config, tokens, textTokens) + output;
  }

  /** Counts all blocks of a Gemma-2; the embedding table needs no products. */
  static long gemmaBlocks(GemmaConfig config, long tokens) {
    long width = config.width();
    long queryWidth = (long) config.heads() * config.headWidth();
    long keyWidth = (long) config.keyValueHeads() * config.headWidth();
    long attention =
        product(tokens, width, queryWidth + 2 * keyWidth)
            + softmaxAttention(config.heads(), config.headWidth(), tokens, tokens)
            + product(tokens, queryWidth, width);
    long feedForward = 3 * product(tokens, width, config.feedForward());
    return config.layers() * (attention + feedForward);
  }

  /** Counts the decoder of a DC-AE for one latent with the given number of pixels. */
  static long decode(AutoencoderConfig config, long latentPixels) {
    Stages stages = config.decoder();
    int innermost = stages.widths().size() - 1;
    long pixels = latentPixels;
    long width = stages.widths().get(innermost);
    long total = convolution(pixels, config.latentChannels(), width, 3, 1);
    for (int stage = innermost; stage >= 0; stage--) {
      int depth = stages.depths().get(stage);
      if (stage < innermost && depth > 0) {
        pixels *= 4;
        total += upBlock(config, pixels, width, stages.widths().get(stage));
        width = stages.widths().get(stage);
      }
      total += depth * decoderBlock(config, stage, pixels);
    }
    return stages.depths().get(0) > 0
        ? total + convolution(pixels, width, config.imageChannels(), 3, 1)
        : total + upBlock(config, 4 * pixels, width, config.imageChannels());
  }

  /** Counts a 3x3 convolution after pixels are repeated, or before channels are moved to pixels. */
  private static long upBlock(AutoencoderConfig config, long largerPixels, long in, long out) {
    return config.interpolate()
        ? convolution(largerPixels, in, out, 3, 1)
        : convolution(largerPixels / 4, in, 4 * out, 3, 1);
  }

  private static long decoderBlock(AutoencoderConfig config, int stage, long pixels) {
    Stages stages = config.decoder();
    long width = stages.widths().get(stage);
    if (stages.blockTypes().get(stage).equals("ResBlock")) {
      return 2 * convolution(pixels, width, width, 3, 1);
    }
    long headWidth = config.headWidth();
    long heads = width / headWidth;
    long scales = 1L + stages.scales().get(stage).size();
    long total = product(pixels, width, 3 * width);
    for (int kernel : stages.scales().get(stage)) {
      total += convolution(pixels, 3 * width, 3 * width, kernel, 3 * width);
      total += convolution(pixels, 3 * width, 3 * width, 1, 3 * heads);
    }
    total +=
        pixels > headWidth
            ? linearAttention(scales * heads, headWidth, pixels)
            : softmaxAttention(scales * heads, headWidth, pixels, pixels);
    return total
        + product(pixels, scales * width, width)
        + gluMbConv(pixels, width, DCAE_EXPANSION * width);
  }
}
