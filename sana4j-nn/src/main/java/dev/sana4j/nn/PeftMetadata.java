package dev.sana4j.nn;

import dev.sana4j.files.QuotedText;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.ConfigFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * The settings of peft's LoraConfig: {@code adapter_config.json}, or the text {@code
 * lora_adapter_metadata} in the header of a file, where diffusers writes a prefix before each key.
 */
final class PeftMetadata implements LowRankMetadata {
  static final String FILE = "adapter_config.json";
  static final String HEADER = "lora_adapter_metadata";
  static final String PREFIX = "transformer.";

  /** Initializations that also change the weights of the model. */
  private static final List<String> CHANGING_THE_MODEL =
      List.of("pissa", "olora", "corda", "loftq", "lora_ga");

  private static final List<String> UNSUPPORTED_FLAGS =
      List.of("fan_in_fan_out", "lora_bias", "use_qalora", "use_bdlora");
  private static final List<String> UNSUPPORTED_VALUES =
      List.of("layer_replication", "alora_invocation_tokens", "arrow_config", "velora_config");

  private final Path file;
  private final String place;
  private final ConfigFile config;
  private final String prefix;

  private PeftMetadata(Path file, String place, ConfigFile config) {
    this.file = file;
    this.place = place;
    this.config = config;
    this.prefix = config.keys().stream().anyMatch(key -> key.startsWith(PREFIX)) ? PREFIX : "";
    requireSupported();
  }

  /** Reads the settings in the same folder as a file. */
  static PeftMetadata beside(Path file) {
    return new PeftMetadata(file, FILE, ConfigFile.read(file.resolveSibling(FILE)));
  }

  /** Parses the settings in the header of a file. */
  static PeftMetadata parse(Path file, String json) {
    return new PeftMetadata(file, HEADER, ConfigFile.parse(file, HEADER, json));
  }

  private void requireSupported() {
    String type = config.text(key("peft_type"), "LORA");
    if (!type.toUpperCase(Locale.ROOT).equals("LORA")) {
      throw refusal("peft_type", type, "expected LORA");
    }
    for (String flag : UNSUPPORTED_FLAGS) {
      if (config.flag(key(flag), false)) {
        throw refusal(flag, "true", "sana4j does not support it");
      }
    }
    for (String value : UNSUPPORTED_VALUES) {
      if (config.has(key(value))) {
        throw refusal(value, "set", "sana4j does not support it");
      }
    }
    String initial = config.scalar(key("init_lora_weights"), "true");
    String lower = initial.toLowerCase(Locale.ROOT);
    if (CHANGING_THE_MODEL.stream().anyMatch(lower::startsWith)) {
      throw refusal(
          "init_lora_weights",
          initial,
          "which also changes the model's weights; convert it to a plain LoRA with peft");
    }
  }

  private CheckpointException refusal(String key, String value, String reason) {
    return new CheckpointException(
        "%s: %s: %s is %s; %s".formatted(file, place, key(key), QuotedText.clip(value), reason));
  }

  private String key(String setting) {
    return prefix + setting;
  }

  @Override
  public String place() {
    return place;
  }

  @Override
  public OptionalDouble rank(String layer) {
    return setting(layer, "r", "rank_pattern");
  }

  @Override
  public OptionalDouble alpha(String layer, int rank) {
    OptionalDouble alpha = setting(layer, "lora_alpha", "alpha_pattern");
    if (!rankStabilized()) {
      return alpha;
    }
    if (alpha.isEmpty()) {
      throw new CheckpointException(
          "%s: %s: expected %s with %s, got none"
              .formatted(file, place, key("lora_alpha"), key("use_rslora")));
    }
    return OptionalDouble.of(alpha.getAsDouble() * Math.sqrt(rank));
  }

  @Override
  public boolean rankStabilized() {
    return config.flag(key("use_rslora"), false);
  }

  @Override
  public boolean decomposed() {
    return config.flag(key("use_dora"), false);
  }

  @Override
  public double dropout() {
    return config.number(key("lora_dropout"), 0);
  }

  /**
   * Returns a setting for one layer. The pattern overrides the common value for paths and ends of
   * paths.
   */
  private OptionalDouble setting(String layer, String key, String pattern) {
    if (config.has(key(pattern))) {
      ConfigFile exceptions = config.object(key(pattern));
      for (String each : exceptions.keys()) {
        if (matches(layer, each)) {
          return OptionalDouble.of(exceptions.number(each));
        }
      }
    }
    return config.has(key(key))
        ? OptionalDouble.of(config.number(key(key)))
        : OptionalDouble.empty();
  }

  /** Compares a layer with a pattern. Expressions are refused, because they can take any time. */
  private boolean matches(String layer, String pattern) {
    String path = pattern.startsWith("^") ? pattern.substring(1) : pattern;
    if (!path.matches("[\\w.-]+")) {
      throw new CheckpointException(
          "%s: %s: expected the path of a layer or its end, got the expression '%s'"
              .formatted(file, place, QuotedText.clip(pattern)));
    }
    return layer.equals(path) || (!pattern.startsWith("^") && layer.endsWith("." + path));
  }
}
