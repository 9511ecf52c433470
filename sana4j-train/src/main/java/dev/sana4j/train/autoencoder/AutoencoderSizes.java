package dev.sana4j.train.autoencoder;

import dev.sana4j.dcae.AutoencoderConfig;
import dev.sana4j.dcae.AutoencoderConfig.Stages;
import dev.sana4j.recipe.Key;
import dev.sana4j.weights.CheckpointException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The sizes of a new autoencoder; lists are ordered from the image to the latent, one entry per
 * stage. Each stage but the first halves height and width.
 *
 * @param latentChannels channels of a latent
 * @param headWidth channels of an attention head
 * @param encoderWidths channels of the encoder's stages
 * @param decoderWidths channels of the decoder's stages
 * @param encoderBlocks blocks of the encoder's stages
 * @param decoderBlocks blocks of the decoder's stages
 * @param blockTypes block of each stage, of both halves
 * @param scales kernels of the multi-scale attention
 */
public record AutoencoderSizes(
    @Key(doc = "Channels of the latents.", value = "32") int latentChannels,
    @Key(doc = "Width of an attention head.", value = "32") int headWidth,
    @Key(
            doc =
                "Channels of each encoder stage, from the image to the latent. Every "
                    + "stage except the first halves height and width, so six stages reduce "
                    + "each side by a factor of 32.",
            value = "[128, 256, 512, 512, 1024, 1024]")
        List<Integer> encoderWidths,
    @Key(
            doc = "Widths of the decoder's stages, from the image to the latent.",
            value = "[128, 256, 512, 512, 1024, 1024]")
        List<Integer> decoderWidths,
    @Key(
            doc =
                "Number of blocks per encoder stage; a first stage with 0 blocks is " + "skipped.",
            value = "[2, 2, 2, 3, 3, 3]")
        List<Integer> encoderBlocks,
    @Key(
            doc =
                "Number of blocks per decoder stage; a first stage with 0 blocks is " + "skipped.",
            value = "[3, 3, 3, 3, 3, 3]")
        List<Integer> decoderBlocks,
    @Key(
            doc =
                "Block type per stage: res-block or efficient-vit-block (attention). "
                    + "Empty for res-block in the first half of the stages and attention in "
                    + "the second.",
            value = "[]")
        List<BlockType> blockTypes,
    @Key(
            doc =
                "Odd kernel sizes at which the multi-scale attention aggregates "
                    + "queries, keys and values.",
            value = "[5]")
        List<Integer> scales) {

  /** The block type of a stage. */
  public enum BlockType {
    /** Two convolutions. */
    RES_BLOCK("ResBlock"),
    /** Multi-scale linear attention and a gated convolution. */
    EFFICIENT_VIT_BLOCK("EfficientViTBlock");

    private final String inFile;

    BlockType(String inFile) {
      this.inFile = inFile;
    }
  }

  /** Checks that the sizes form a valid network. */
  public AutoencoderSizes {
    encoderWidths = List.copyOf(encoderWidths);
    decoderWidths = List.copyOf(decoderWidths);
    encoderBlocks = List.copyOf(encoderBlocks);
    decoderBlocks = List.copyOf(decoderBlocks);
    blockTypes = List.copyOf(blockTypes);
    scales = List.copyOf(scales);
    int stages = encoderWidths.size();
    requireStages("decoder_widths", decoderWidths, stages);
    requireStages("encoder_blocks", encoderBlocks, stages);
    requireStages("decoder_blocks", decoderBlocks, stages);
    if (!blockTypes.isEmpty()) {
      requireStages("block_types", blockTypes, stages);
    }
    try {
      config(
          latentChannels,
          headWidth,
          stages(encoderWidths, encoderBlocks, blockTypes, scales),
          stages(decoderWidths, decoderBlocks, blockTypes, scales));
    } catch (CheckpointException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static void requireStages(String key, List<?> values, int stages) {
    if (values.size() != stages) {
      throw new IllegalArgumentException(
          key + " has " + values.size() + " entries, encoder_widths has " + stages);
    }
  }

  /** Returns the config with a scaling factor of 1. */
  AutoencoderConfig config() {
    return config(
        latentChannels,
        headWidth,
        stages(encoderWidths, encoderBlocks, blockTypes, scales),
        stages(decoderWidths, decoderBlocks, blockTypes, scales));
  }

  /** Returns a config that resizes as the public f32c32: with strides, and with repeated pixels. */
  private static AutoencoderConfig config(
      int latentChannels, int headWidth, Stages encoder, Stages decoder) {
    return new AutoencoderConfig(
        3, latentChannels, headWidth, encoder, decoder, false, true, true, true, "relu", 1);
  }

  private static Stages stages(
      List<Integer> widths, List<Integer> blocks, List<BlockType> types, List<Integer> scales) {
    int count = widths.size();
    List<BlockType> all =
        types.isEmpty()
            ? IntStream.range(0, count)
                .mapToObj(i -> 2 * i < count ? BlockType.RES_BLOCK : BlockType.EFFICIENT_VIT_BLOCK)
                .toList()
            : types;
    return new Stages(
        widths,
        blocks,
        all.stream().map(type -> type.inFile).toList(),
        all.stream()
            .map(type -> type == BlockType.RES_BLOCK ? List.<Integer>of() : scales)
            .toList());
  }
}
