package dev.sana4j.nn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.files.StrictJson;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.SafetensorsWriter;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes LoRA files in the layout of diffusers: {@code transformer.<path>.lora_A.weight} and {@code
 * lora_B.weight}, and the settings of peft's LoraConfig in the header (diffusers,
 * loaders/lora_base.py, save_lora_weights). The matrices of a 1x1 convolution are stored as its
 * kernels.
 */
final class LowRankWriter {
  static final String PREFIX = PeftMetadata.PREFIX;
  static final String DOWN = ".lora_A.weight";
  static final String UP = ".lora_B.weight";
  static final String MAGNITUDE = ".lora_magnitude_vector";

  private LowRankWriter() {}

  static void write(Path file, Map<String, LowRank> updates) {
    Map<String, String> header =
        Map.of("format", "pt", PeftMetadata.HEADER, metadata(updates).toString());
    TensorScope.run(
        () -> {
          Map<String, Tensor> tensors = new LinkedHashMap<>();
          updates.forEach((path, update) -> add(PREFIX + path, update, tensors));
          SafetensorsWriter.write(file, tensors, header);
        });
  }

  private static void add(String place, LowRank update, Map<String, Tensor> tensors) {
    Tensor down = update.down().value();
    Tensor up = update.up().value();
    boolean convolution = update.isConvolution();
    tensors.put(place + DOWN, convolution ? down.reshape(down.size(0), down.size(1), 1, 1) : down);
    tensors.put(place + UP, convolution ? up.reshape(up.size(0), up.size(1), 1, 1) : up);
    WeightMagnitude magnitude = update.magnitude();
    if (magnitude != null) {
      Tensor numbers = magnitude.value().value();
      tensors.put(place + MAGNITUDE, convolution ? numbers.reshape(1, -1, 1, 1) : numbers);
    }
  }

  /** Returns whether the updates are those of DoRA. */
  private static boolean decomposed(Collection<LowRank> updates) {
    long count = updates.stream().filter(update -> update.magnitude() != null).count();
    boolean perOutput =
        updates.stream()
            .map(LowRank::magnitude)
            .allMatch(each -> each == null || each.axis() == WeightMagnitude.Axis.OUTPUT);
    if ((count != 0 && count != updates.size()) || !perOutput) {
      throw new IllegalStateException(
          "the format of peft has no magnitudes per input, and none for single layers");
    }
    return count > 0;
  }

  private static ObjectNode metadata(Map<String, LowRank> updates) {
    LowRank.Settings common = updates.values().iterator().next().settings();
    ObjectNode root = StrictJson.mapper().createObjectNode();
    root.put(PREFIX + "r", common.rank());
    root.put(PREFIX + "lora_alpha", common.alpha());
    root.put(PREFIX + "lora_dropout", common.dropout());
    if (decomposed(updates.values())) {
      root.put(PREFIX + "use_dora", true);
    }
    var targets = root.putArray(PREFIX + "target_modules");
    ObjectNode ranks = root.putObject(PREFIX + "rank_pattern");
    ObjectNode alphas = root.putObject(PREFIX + "alpha_pattern");
    updates.forEach(
        (path, update) -> {
          targets.add(path);
          if (update.settings().rank() != common.rank()) {
            ranks.put(path, update.settings().rank());
          }
          if (update.settings().alpha() != common.alpha()) {
            alphas.put(path, update.settings().alpha());
          }
        });
    return root;
  }
}
