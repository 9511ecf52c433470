package dev.sana4j.weights;

import dev.sana4j.files.QuotedText;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Weights quantized by other programs, which sana4j does not compute with. They are recognized by
 * the config, by the names of the tensors, or by the names of the files. Folders that sana4j
 * quantized itself have none of these marks.
 */
public final class ForeignQuantization {
  private static final String KEY = "quantization_config";
  private static final String BITSANDBYTES = "bitsandbytes";
  private static final String NUNCHAKU = "Nunchaku (SVDQuant)";
  private static final String REMEDY =
      "which sana4j does not support; use the model that is not quantized, or quantize it with sana"
          + " quantize";

  /** Ends of tensor names, and the program that writes such tensors. */
  private static final Map<String, String> MARKS = new LinkedHashMap<>();

  static {
    MARKS.put(".absmax", BITSANDBYTES);
    MARKS.put(".quant_map", BITSANDBYTES);
    MARKS.put(".SCB", BITSANDBYTES);
    MARKS.put(".weight_format", BITSANDBYTES);
    MARKS.put(".wscales", NUNCHAKU);
    MARKS.put(".smooth_factor", NUNCHAKU);
    MARKS.put(".qzeros", "GPTQ or AWQ");
    MARKS.put(".qweight", "GPTQ, AWQ or Nunchaku");
    MARKS.put(".weight._data", "quanto");
    MARKS.put(".weight_qtype", "quanto");
    MARKS.put(".weight_scale_inv", "FP8");
    MARKS.put(".scale_weight", "FP8");
    MARKS.put(".input_scale", "FP8 or compressed-tensors");
    MARKS.put(".weight_packed", "compressed-tensors");
  }

  private ForeignQuantization() {}

  /**
   * Refuses the config of a quantized network.
   *
   * @param config the {@code config.json} of a model part
   * @throws CheckpointException naming the program if there is a {@code quantization_config}
   */
  public static void refuse(ConfigFile config) {
    if (config.has(KEY)) {
      ConfigFile settings = config.object(KEY);
      boolean bits = settings.keys().stream().anyMatch(key -> key.contains("load_in_"));
      String method =
          settings.text("quant_method", bits ? BITSANDBYTES : "a program that it does not name");
      throw new CheckpointException(
          "%s: the weights are quantized with %s (%s), %s"
              .formatted(config.file(), QuotedText.clip(method), KEY, REMEDY));
    }
  }

  /** Returns one sentence about tensors that another program quantized; empty if there are none. */
  static Optional<String> problem(String origin, Collection<String> tensors) {
    return MARKS.entrySet().stream()
        .filter(mark -> tensors.stream().anyMatch(name -> name.endsWith(mark.getKey())))
        .findFirst()
        .map(
            mark ->
                "%s: the weights are quantized with %s (tensors named *%s), %s"
                    .formatted(origin, mark.getValue(), mark.getKey(), REMEDY));
  }

  /** Returns the program that wrote quantized files with these names; empty if none is known. */
  static Optional<String> ofFiles(List<String> names) {
    List<String> lower = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    if (lower.stream().anyMatch(name -> name.endsWith(".gguf"))) {
      return Optional.of("GGUF");
    }
    boolean nunchaku =
        lower.stream()
            .anyMatch(
                name -> name.startsWith("svdq-") || name.equals("unquantized_layers.safetensors"));
    return nunchaku ? Optional.of(NUNCHAKU) : Optional.empty();
  }
}
