package dev.sana4j.sana;

import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.ConfigCheck;
import dev.sana4j.weights.ConfigFile;
import dev.sana4j.weights.ForeignQuantization;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The sizes and the variant of a SANA transformer, as in {@code transformer/config.json}. Missing
 * keys have the defaults of the public 1.6B model.
 *
 * @param inChannels channels of the latents
 * @param outChannels channels of the prediction
 * @param layers number of blocks
 * @param heads number of heads of the linear self-attention
 * @param headWidth channels of a self-attention head
 * @param crossHeads number of heads of the cross-attention
 * @param crossHeadWidth channels of a cross-attention head
 * @param captionChannels size of a text embedding
 * @param expansion hidden channels of the feed-forward block, as a multiple of the width
 * @param attentionBias whether the projections of the self-attention have biases
 * @param sampleSize side of the latents that the model was trained for
 * @param patchSize side of a patch in latent pixels
 * @param normAffine whether the norm before the feed-forward block has parameters
 * @param normEps a small number added to variances
 * @param interpolationScale scale of the sin-cos position embedding; 0 for no position embedding
 * @param guidanceEmbedding whether the guidance scale is an input of the network (Sprint)
 * @param guidanceScale factor for the guidance scale before it is embedded
 * @param qkNorm whether queries and keys are normalized (1.5, teacher, Sprint)
 * @param timestepScale factor for a timestep of 0..1000 before it is embedded: 1, or 0.001 for the
 *     dense embedding of the teacher
 */
public record SanaConfig(
    int inChannels,
    int outChannels,
    int layers,
    int heads,
    int headWidth,
    int crossHeads,
    int crossHeadWidth,
    int captionChannels,
    double expansion,
    boolean attentionBias,
    int sampleSize,
    int patchSize,
    boolean normAffine,
    double normEps,
    double interpolationScale,
    boolean guidanceEmbedding,
    double guidanceScale,
    boolean qkNorm,
    double timestepScale) {
  private static final ConfigCheck CHECK = new ConfigCheck("transformer config");

  private static final int MOST_CHANNELS = 1 << 16;
  private static final int MOST_SAMPLES = 1 << 14;

  /** Checks the sizes. */
  public SanaConfig {
    CHECK.positive("in_channels", inChannels);
    CHECK.positive("out_channels", outChannels);
    CHECK.require(
        layers > 0 && layers <= 1000, "num_layers " + layers + " is not between 1 and 1000");
    CHECK.positive("num_attention_heads", heads);
    CHECK.positive("attention_head_dim", headWidth);
    CHECK.positive("num_cross_attention_heads", crossHeads);
    CHECK.positive("cross_attention_head_dim", crossHeadWidth);
    CHECK.positive("caption_channels", captionChannels);
    CHECK.require(
        (long) heads * headWidth <= MOST_CHANNELS
            && (long) crossHeads * crossHeadWidth <= MOST_CHANNELS,
        "num_attention_heads times attention_head_dim is greater than " + MOST_CHANNELS);
    CHECK.require(
        expansion > 0 && expansion <= 64, "mlp_ratio " + expansion + " is not between 0 and 64");
    CHECK.require(
        expansion * heads * headWidth >= 1, "mlp_ratio " + expansion + " results in no channels");
    CHECK.positive("sample_size", sampleSize);
    CHECK.require(
        sampleSize <= MOST_SAMPLES,
        "sample_size " + sampleSize + " is greater than " + MOST_SAMPLES);
    CHECK.positive("patch_size", patchSize);
    CHECK.positive("norm_eps", normEps);
    CHECK.require(
        Double.isFinite(interpolationScale) && interpolationScale >= 0,
        "interpolation_scale " + interpolationScale + " is negative");
    CHECK.require(
        Double.isFinite(guidanceScale),
        "guidance_embeds_scale " + guidanceScale + " is not finite");
    CHECK.positive("timestep_scale", timestepScale);
  }

  /**
   * Reads {@code transformer/config.json} or {@code controlnet/config.json}.
   *
   * @param config the file
   * @return the sizes
   * @throws CheckpointException if a value has the wrong type or is not supported, or if another
   *     program quantized the weights
   */
  public static SanaConfig read(ConfigFile config) {
    ForeignQuantization.refuse(config);
    String norm = config.text("qk_norm", "none");
    CHECK.require(
        norm.equals("none") || norm.equals("rms_norm_across_heads"),
        "qk_norm " + norm + " is not supported");
    int inChannels = config.integer("in_channels", 32);
    SanaConfig read =
        new SanaConfig(
            inChannels,
            config.integer("out_channels", inChannels),
            config.integer("num_layers", 20),
            config.integer("num_attention_heads", 70),
            config.integer("attention_head_dim", 32),
            config.integer("num_cross_attention_heads", 20),
            config.integer("cross_attention_head_dim", 112),
            config.integer("caption_channels", 2304),
            config.number("mlp_ratio", 2.5),
            config.flag("attention_bias", false),
            config.integer("sample_size", 32),
            config.integer("patch_size", 1),
            config.flag("norm_elementwise_affine", false),
            config.number("norm_eps", 1e-6),
            config.number("interpolation_scale", 0),
            config.flag("guidance_embeds", false),
            config.number("guidance_embeds_scale", 0.1),
            norm.equals("rms_norm_across_heads"),
            config.number("timestep_scale", 1.0));
    int crossWidth = config.integer("cross_attention_dim", read.width());
    CHECK.require(
        crossWidth == read.width(),
        "cross_attention_dim " + crossWidth + " does not equal the width " + read.width());
    return read;
  }

  /**
   * Returns the settings that {@link #read} reads.
   *
   * @return keys and values of {@code config.json} in the diffusers layout
   */
  public Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("_class_name", "SanaTransformer2DModel");
    settings.put("in_channels", inChannels);
    settings.put("out_channels", outChannels);
    settings.put("num_layers", layers);
    settings.put("num_attention_heads", heads);
    settings.put("attention_head_dim", headWidth);
    settings.put("num_cross_attention_heads", crossHeads);
    settings.put("cross_attention_head_dim", crossHeadWidth);
    settings.put("cross_attention_dim", width());
    settings.put("caption_channels", captionChannels);
    settings.put("mlp_ratio", expansion);
    settings.put("attention_bias", attentionBias);
    settings.put("sample_size", sampleSize);
    settings.put("patch_size", patchSize);
    settings.put("norm_elementwise_affine", normAffine);
    settings.put("norm_eps", normEps);
    if (interpolationScale > 0) {
      settings.put("interpolation_scale", interpolationScale);
    }
    settings.put("guidance_embeds", guidanceEmbedding);
    settings.put("guidance_embeds_scale", guidanceScale);
    if (qkNorm) {
      settings.put("qk_norm", "rms_norm_across_heads");
    }
    settings.put("timestep_scale", timestepScale);
    return settings;
  }

  /**
   * Returns the config of a teacher with the same sizes: queries and keys are normalized, and
   * timesteps of 0..1 are embedded.
   *
   * @return the config of the model that distillation starts with
   */
  public SanaConfig teacher() {
    return variant(guidanceEmbedding, guidanceScale, true, 0.001);
  }

  /**
   * Returns the config of a Sprint student with the same sizes: the guidance scale is embedded, and
   * timesteps of 0..1 are not scaled.
   *
   * @return the config of the model that distillation results in
   */
  public SanaConfig student() {
    return variant(true, 0.1, qkNorm, 1);
  }

  /**
   * Returns a copy with another timestep scale.
   *
   * @param scale factor for timesteps of 0..1000 before they are embedded
   * @return the copy
   */
  public SanaConfig withTimestepScale(double scale) {
    return variant(guidanceEmbedding, guidanceScale, qkNorm, scale);
  }

  private SanaConfig variant(
      boolean guided, double scaleOfGuidance, boolean norm, double scaleOfTime) {
    return new SanaConfig(
        inChannels,
        outChannels,
        layers,
        heads,
        headWidth,
        crossHeads,
        crossHeadWidth,
        captionChannels,
        expansion,
        attentionBias,
        sampleSize,
        patchSize,
        normAffine,
        normEps,
        interpolationScale,
        guided,
        scaleOfGuidance,
        norm,
        scaleOfTime);
  }

  /**
   * Returns the sizes of the public Sprint student with 1.6B parameters.
   *
   * @return the sizes
   */
  public static SanaConfig sprint1600m() {
    return published(20, 70, 20, 112).student();
  }

  /**
   * Returns the sizes of the public Sprint student with 0.6B parameters.
   *
   * @return the sizes
   */
  public static SanaConfig sprint600m() {
    return published(28, 36, 16, 72).student();
  }

  /**
   * Returns the sizes of the public teacher of the Sprint student with 1.6B parameters.
   *
   * @return the sizes
   */
  public static SanaConfig teacher1600m() {
    return published(20, 70, 20, 112).teacher();
  }

  /**
   * Returns the sizes of the public SANA 1.5 with 4.8B parameters.
   *
   * @return the sizes
   */
  public static SanaConfig sana4800m() {
    return published(60, 70, 20, 112);
  }

  /**
   * Returns a SANA 1.5 config: normalized queries and keys, timesteps of 0..1000, 1024 x 1024
   * pixels.
   */
  private static SanaConfig published(int layers, int heads, int crossHeads, int crossHeadWidth) {
    return new SanaConfig(
        32,
        32,
        layers,
        heads,
        32,
        crossHeads,
        crossHeadWidth,
        2304,
        2.5,
        false,
        32,
        1,
        false,
        1e-6,
        0,
        false,
        0.1,
        true,
        1);
  }

  /**
   * Returns the channels of a token.
   *
   * @return number of heads times head width
   */
  public int width() {
    return heads * headWidth;
  }

  /** Returns the channels inside the feed-forward block, after its gate. */
  int hidden() {
    return (int) (expansion * width());
  }
}
