package dev.sana4j.gemma;

import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.ConfigCheck;
import dev.sana4j.weights.ConfigFile;
import dev.sana4j.weights.ForeignQuantization;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The sizes of a Gemma 2 network, as in a checkpoint's {@code text_encoder/config.json}.
 *
 * @param vocabulary number of rows of the embedding table
 * @param width size of a hidden state
 * @param feedForward width inside the feed-forward block
 * @param heads number of query heads
 * @param keyValueHeads number of key and value heads; divides {@code heads}
 * @param headWidth channels of a head
 * @param slidingLayers for each layer, whether it only sees a window of earlier tokens
 * @param slidingWindow number of tokens in that window, including the token itself
 * @param queryScale attention scores are divided by the square root of this
 * @param softCap limit of attention scores; 0 for none
 * @param ropeTheta base of the rotary embedding
 * @param normEps a small number added to the mean of squares
 * @param attentionBias whether the projections of the attention have biases
 */
public record GemmaConfig(
    int vocabulary,
    int width,
    int feedForward,
    int heads,
    int keyValueHeads,
    int headWidth,
    List<Boolean> slidingLayers,
    int slidingWindow,
    double queryScale,
    double softCap,
    double ropeTheta,
    double normEps,
    boolean attentionBias) {
  private static final ConfigCheck CHECK = new ConfigCheck("text encoder config");

  /** Checks the sizes. */
  public GemmaConfig {
    slidingLayers = List.copyOf(slidingLayers);
    CHECK.positive("vocab_size", vocabulary);
    CHECK.positive("hidden_size", width);
    CHECK.positive("intermediate_size", feedForward);
    CHECK.positive("num_hidden_layers", slidingLayers.size());
    CHECK.positive("num_attention_heads", heads);
    CHECK.positive("num_key_value_heads", keyValueHeads);
    CHECK.require(
        heads % keyValueHeads == 0,
        "num_attention_heads "
            + heads
            + " is not a multiple of num_key_value_heads "
            + keyValueHeads);
    CHECK.require(headWidth > 0 && headWidth % 2 == 0, "head_dim " + headWidth + " is not even");
    CHECK.positive("sliding_window", slidingWindow);
    CHECK.positive("query_pre_attn_scalar", queryScale);
    CHECK.require(
        Double.isFinite(softCap) && softCap >= 0,
        "attn_logit_softcapping " + softCap + " is negative");
    CHECK.positive("rope_theta", ropeTheta);
    CHECK.positive("rms_norm_eps", normEps);
  }

  /**
   * Reads {@code text_encoder/config.json}.
   *
   * @param config the file
   * @return the sizes
   * @throws CheckpointException if a value is missing, of the wrong type, or not supported, or if
   *     another program quantized the weights
   */
  public static GemmaConfig read(ConfigFile config) {
    ForeignQuantization.refuse(config);
    String type = config.text("model_type", "gemma2");
    CHECK.require(type.equals("gemma2"), "model_type " + type + " is not gemma2");
    String activation = config.text("hidden_activation", "gelu_pytorch_tanh");
    CHECK.require(
        activation.equals("gelu_pytorch_tanh"),
        "hidden_activation " + activation + " is not supported");
    CHECK.require(
        !config.flag("use_bidirectional_attention", false),
        "use_bidirectional_attention is not supported");
    return new GemmaConfig(
        config.integer("vocab_size"),
        config.integer("hidden_size"),
        config.integer("intermediate_size"),
        config.integer("num_attention_heads"),
        config.integer("num_key_value_heads"),
        config.integer("head_dim", 256),
        slidingLayers(config),
        config.integer("sliding_window", 4096),
        config.number("query_pre_attn_scalar", 256),
        softCap(config),
        ropeTheta(config),
        config.number("rms_norm_eps", 1e-6),
        config.flag("attention_bias", false));
  }

  /** Older files do not list layer types; in them every even layer has a sliding window. */
  private static List<Boolean> slidingLayers(ConfigFile config) {
    int layers = config.integer("num_hidden_layers");
    CHECK.require(layers > 0 && layers <= 1000, "num_hidden_layers " + layers);
    List<Boolean> sliding = new ArrayList<>();
    if (config.has("layer_types")) {
      config.texts("layer_types").forEach(type -> sliding.add(isSliding(type)));
    } else {
      for (int i = 0; i < layers; i++) {
        sliding.add(i % 2 == 0);
      }
    }
    CHECK.require(sliding.size() == layers, "layer_types must list num_hidden_layers types");
    return sliding;
  }

  private static boolean isSliding(String type) {
    CHECK.require(
        type.equals("sliding_attention") || type.equals("full_attention"),
        "layer_types " + type + " is not sliding_attention or full_attention");
    return type.equals("sliding_attention");
  }

  /** The default is 50 without the key and no limit with a null, as in transformers. */
  private static double softCap(ConfigFile config) {
    String key = "attn_logit_softcapping";
    return config.number(key, config.keys().contains(key) ? 0 : 50);
  }

  private static double ropeTheta(ConfigFile config) {
    if (!config.has("rope_parameters")) {
      return config.number("rope_theta", 10000);
    }
    ConfigFile rope = config.object("rope_parameters");
    String type = rope.text("rope_type", "default");
    CHECK.require(type.equals("default"), "rope_type " + type + " is not supported");
    return rope.number("rope_theta", 10000);
  }

  /**
   * Returns the settings that {@link #read} reads.
   *
   * @return keys and values of {@code config.json}
   */
  public Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("architectures", List.of("Gemma2Model"));
    settings.put("model_type", "gemma2");
    settings.put("vocab_size", vocabulary);
    settings.put("hidden_size", width);
    settings.put("intermediate_size", feedForward);
    settings.put("num_hidden_layers", layers());
    settings.put("num_attention_heads", heads);
    settings.put("num_key_value_heads", keyValueHeads);
    settings.put("head_dim", headWidth);
    settings.put(
        "layer_types",
        slidingLayers.stream()
            .map(sliding -> sliding ? "sliding_attention" : "full_attention")
            .toList());
    settings.put("sliding_window", slidingWindow);
    settings.put("query_pre_attn_scalar", queryScale);
    settings.put("attn_logit_softcapping", softCap);
    settings.put("rope_theta", ropeTheta);
    settings.put("rms_norm_eps", normEps);
    settings.put("attention_bias", attentionBias);
    settings.put("hidden_activation", "gelu_pytorch_tanh");
    settings.put("pad_token_id", 0);
    settings.put("eos_token_id", 1);
    settings.put("bos_token_id", 2);
    return settings;
  }

  /**
   * Returns the sizes of Gemma-2-2B, the text encoder of the public SANA models.
   *
   * @return the sizes
   */
  public static GemmaConfig gemma2b() {
    List<Boolean> sliding = new ArrayList<>();
    for (int i = 0; i < 26; i++) {
      sliding.add(i % 2 == 0);
    }
    return new GemmaConfig(
        256_000, 2304, 9216, 8, 4, 256, sliding, 4096, 256, 50, 10_000, 1e-6, false);
  }

  /**
   * Returns the number of blocks.
   *
   * @return the number of layers
   */
  public int layers() {
    return slidingLayers.size();
  }
}
