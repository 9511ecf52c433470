package dev.sana4j.dcae;

import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.ConfigCheck;
import dev.sana4j.weights.ConfigFile;
import dev.sana4j.weights.ForeignQuantization;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The sizes of a DC-AE, as in a checkpoint's {@code vae/config.json}. Missing keys have the
 * defaults of diffusers' AutoencoderDC.
 *
 * @param imageChannels channels of an image, 3
 * @param latentChannels channels of the latents
 * @param headWidth channels of an attention head
 * @param encoder the stages of the encoder
 * @param decoder the stages of the decoder
 * @param pixelUnshuffle whether the encoder shrinks by rearranging pixels to channels instead of
 *     strided convolutions
 * @param interpolate whether the decoder grows by repeating pixels instead of rearranging channels
 *     to pixels
 * @param encoderShortcut whether the mean of channel groups is added to the latents
 * @param decoderShortcut whether the decoder adds repeated latent channels to its first convolution
 * @param finalActivation the activation before the last convolution, {@code relu} or {@code silu}
 * @param scalingFactor factor that brings latents to about unit variance
 */
public record AutoencoderConfig(
    int imageChannels,
    int latentChannels,
    int headWidth,
    Stages encoder,
    Stages decoder,
    boolean pixelUnshuffle,
    boolean interpolate,
    boolean encoderShortcut,
    boolean decoderShortcut,
    String finalActivation,
    double scalingFactor) {
  private static final ConfigCheck CHECK = new ConfigCheck("autoencoder config");

  private static final List<Integer> DEFAULT_WIDTHS = List.of(128, 256, 512, 512, 1024, 1024);
  private static final List<List<Integer>> DEFAULT_SCALES =
      List.of(List.of(), List.of(), List.of(), List.of(5), List.of(5), List.of(5));

  /**
   * The stages of the encoder or decoder, from the image towards the latents.
   *
   * @param widths the channels of each stage
   * @param depths the number of blocks of each stage; a first stage without blocks is skipped
   * @param blockTypes {@code ResBlock} or {@code EfficientViTBlock} for each stage
   * @param scales the kernel sizes of the multi-scale attention of each stage
   */
  public record Stages(
      List<Integer> widths,
      List<Integer> depths,
      List<String> blockTypes,
      List<List<Integer>> scales) {

    /** Checks that the lists match each other. */
    public Stages {
      int count = widths.size();
      CHECK.require(
          count >= 2 && count <= 12,
          "block_out_channels must have 2 to 12 stages, but has " + count);
      CHECK.require(
          depths.size() == count && blockTypes.size() == count && scales.size() == count,
          "block_out_channels, layers_per_block, block_types and qkv_multiscales of the encoder or"
              + " decoder must have the same length");
      widths.forEach(width -> CHECK.positive("block_out_channels", width));
      CHECK.require(depths.get(0) >= 0, "layers_per_block " + depths.get(0) + " is negative");
      depths.subList(1, count).forEach(depth -> CHECK.positive("layers_per_block", depth));
      blockTypes.forEach(
          type ->
              CHECK.require(
                  type.equals("ResBlock") || type.equals("EfficientViTBlock"),
                  "block_types " + type + " is not ResBlock or EfficientViTBlock"));
      scales.forEach(
          kernels ->
              kernels.forEach(
                  k ->
                      CHECK.require(
                          k > 0 && k % 2 == 1,
                          "qkv_multiscales " + k + " is not positive and odd")));
      for (int stage = depths.get(0) > 0 ? 1 : 2; stage < count; stage++) {
        requireShortcut(widths.get(stage - 1), widths.get(stage));
      }
    }

    /**
     * Checks that the shortcut between two stages can distribute four pixels of the outer stage
     * evenly over the channels of one pixel of the inner stage.
     */
    private static void requireShortcut(int outer, int inner) {
      CHECK.require(
          4 * outer % inner == 0,
          "block_out_channels "
              + outer
              + ", "
              + inner
              + ": four times the first must be a multiple"
              + " of the second");
    }

    int count() {
      return widths.size();
    }

    /** Returns the channels next to the image, which are those of the first stage with blocks. */
    int outerWidth() {
      return depths.get(0) > 0 ? widths.get(0) : widths.get(1);
    }

    int innerWidth() {
      return widths.get(count() - 1);
    }
  }

  /** Checks the sizes. */
  public AutoencoderConfig {
    CHECK.positive("in_channels", imageChannels);
    CHECK.positive("latent_channels", latentChannels);
    CHECK.positive("attention_head_dim", headWidth);
    requireHeads(encoder, headWidth);
    requireHeads(decoder, headWidth);
    CHECK.require(
        encoder.count() == decoder.count(),
        "encoder_block_out_channels and decoder_block_out_channels differ in their number of"
            + " stages");
    CHECK.require(
        encoder.innerWidth() % latentChannels == 0 && decoder.innerWidth() % latentChannels == 0,
        "the last of block_out_channels is not a multiple of latent_channels " + latentChannels);
    CHECK.require(
        finalActivation.equals("relu") || finalActivation.equals("silu"),
        "decoder_conv_act_fn " + finalActivation + " is not relu or silu");
    CHECK.require(
        Double.isFinite(scalingFactor) && scalingFactor > 0,
        "scaling_factor " + scalingFactor + " is not positive");
  }

  private static void requireHeads(Stages half, int headWidth) {
    for (int stage = 0; stage < half.count(); stage++) {
      CHECK.require(
          half.blockTypes().get(stage).equals("ResBlock") || half.widths().get(stage) >= headWidth,
          "attention_head_dim " + headWidth + " is greater than the channels of a stage");
    }
  }

  /**
   * Reads {@code vae/config.json}.
   *
   * @param config the file
   * @return the sizes
   * @throws CheckpointException if a value is missing, of the wrong type, or not supported, or if
   *     another program quantized the weights
   */
  public static AutoencoderConfig read(ConfigFile config) {
    ForeignQuantization.refuse(config);
    requireOnly(config, "decoder_norm_types", "rms_norm");
    requireOnly(config, "decoder_act_fns", "silu");
    return new AutoencoderConfig(
        config.integer("in_channels", 3),
        config.integer("latent_channels", 32),
        config.integer("attention_head_dim", 32),
        stages(config, "encoder", List.of(2, 2, 2, 3, 3, 3)),
        stages(config, "decoder", List.of(3, 3, 3, 3, 3, 3)),
        choice(config, "downsample_block_type", "pixel_unshuffle", "Conv"),
        choice(config, "upsample_block_type", "interpolate", "pixel_shuffle"),
        config.flag("encoder_out_shortcut", true),
        config.flag("decoder_in_shortcut", true),
        config.text("decoder_conv_act_fn", "relu"),
        config.number("scaling_factor", 1.0));
  }

  private static Stages stages(ConfigFile config, String half, List<Integer> defaultDepths) {
    List<Integer> widths = config.integers(half + "_block_out_channels", DEFAULT_WIDTHS);
    return new Stages(
        widths,
        config.integers(half + "_layers_per_block", defaultDepths),
        config.textOrTexts(half + "_block_types", "ResBlock", widths.size()),
        config.integerLists(half + "_qkv_multiscales", DEFAULT_SCALES));
  }

  /** Returns whether a word is the first of two. Case is ignored: published files differ in it. */
  private static boolean choice(ConfigFile config, String key, String yes, String no) {
    String value = config.text(key, key.startsWith("down") ? yes : no);
    CHECK.require(
        value.equalsIgnoreCase(yes) || value.equalsIgnoreCase(no),
        key + " " + value + " is not " + yes + " or " + no);
    return value.equalsIgnoreCase(yes);
  }

  private static void requireOnly(ConfigFile config, String key, String supported) {
    for (String value : config.textOrTexts(key, supported, 1)) {
      CHECK.require(value.equals(supported), key + " " + value + " is not supported");
    }
  }

  /**
   * Returns the settings that {@link #read} reads.
   *
   * @return keys and values of {@code config.json} in the diffusers layout
   */
  public Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("_class_name", "AutoencoderDC");
    settings.put("in_channels", imageChannels);
    settings.put("latent_channels", latentChannels);
    settings.put("attention_head_dim", headWidth);
    put(settings, "encoder", encoder);
    put(settings, "decoder", decoder);
    settings.put("downsample_block_type", pixelUnshuffle ? "pixel_unshuffle" : "Conv");
    settings.put("upsample_block_type", interpolate ? "interpolate" : "pixel_shuffle");
    settings.put("encoder_out_shortcut", encoderShortcut);
    settings.put("decoder_in_shortcut", decoderShortcut);
    settings.put("decoder_norm_types", "rms_norm");
    settings.put("decoder_act_fns", "silu");
    settings.put("decoder_conv_act_fn", finalActivation);
    settings.put("scaling_factor", scalingFactor);
    return settings;
  }

  private static void put(Map<String, Object> settings, String half, Stages stages) {
    settings.put(half + "_block_out_channels", stages.widths());
    settings.put(half + "_layers_per_block", stages.depths());
    settings.put(half + "_block_types", stages.blockTypes());
    settings.put(half + "_qkv_multiscales", stages.scales());
  }

  /**
   * Returns a copy with another scaling factor.
   *
   * @param factor factor that brings latents to about unit variance
   * @return the copy
   */
  public AutoencoderConfig withScalingFactor(double factor) {
    return new AutoencoderConfig(
        imageChannels,
        latentChannels,
        headWidth,
        encoder,
        decoder,
        pixelUnshuffle,
        interpolate,
        encoderShortcut,
        decoderShortcut,
        finalActivation,
        factor);
  }

  /**
   * Returns the sizes of the public SANA autoencoder f32c32 (dc-ae-f32c32-sana-1.0 and 1.1).
   *
   * @return the sizes
   */
  public static AutoencoderConfig f32c32() {
    List<String> types =
        List.of(
            "ResBlock",
            "ResBlock",
            "ResBlock",
            "EfficientViTBlock",
            "EfficientViTBlock",
            "EfficientViTBlock");
    return new AutoencoderConfig(
        3,
        32,
        32,
        new Stages(DEFAULT_WIDTHS, List.of(2, 2, 2, 3, 3, 3), types, DEFAULT_SCALES),
        new Stages(DEFAULT_WIDTHS, List.of(3, 3, 3, 3, 3, 3), types, DEFAULT_SCALES),
        false,
        true,
        true,
        true,
        "relu",
        0.41407);
  }

  /**
   * Returns the number of image pixels per latent pixel in each direction.
   *
   * @return a power of two
   */
  public int compression() {
    return 1 << (encoder.count() - 1);
  }
}
