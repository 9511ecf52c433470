package dev.sana4j.nn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sana4j.files.StrictJson;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.weights.Checkpoint;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.ConfigFile;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.SafetensorsWriter;
import dev.sana4j.weights.Weights;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Reads and writes LoRA files: {@code <prefix><path>.lora_A.weight} and {@code lora_B.weight}, and
 * the settings of peft's LoraConfig.
 *
 * <ul>
 *   <li>{@code pytorch_lora_weights.safetensors}: names and the keys of the settings in the header
 *       have the prefix {@code transformer.} (diffusers, loaders/lora_base.py, save_lora_weights),
 *       or neither has a prefix (loaders/peft.py, save_lora_adapter).
 *   <li>{@code adapter_model.safetensors}: names have the prefix {@code base_model.model.}, and the
 *       settings are in {@code adapter_config.json} in the same folder (peft, save_pretrained).
 * </ul>
 */
final class LowRankFile {
  static final String PREFIX = "transformer.";
  private static final String PEFT_PREFIX = "base_model.model.";
  private static final String PEFT_CONFIG = "adapter_config.json";
  private static final String DOWN = ".lora_A.weight";
  private static final String UP = ".lora_B.weight";
  private static final String ALPHA = ".alpha";
  private static final String METADATA = "lora_adapter_metadata";

  private final Path file;
  private final Checkpoint checkpoint;
  private final String prefix;
  private final ConfigFile config;

  LowRankFile(Path file, Checkpoint checkpoint) {
    this.file = file;
    this.checkpoint = checkpoint;
    this.prefix =
        Stream.of(PREFIX, PEFT_PREFIX)
            .filter(known -> checkpoint.names().stream().anyMatch(name -> name.startsWith(known)))
            .findFirst()
            .orElse("");
    this.config = config();
    for (String key : List.of("use_dora", "use_rslora")) {
      if (config.flag(key(key), false)) {
        throw new CheckpointException(file + ": " + key + " is not supported; expected plain LoRA");
      }
    }
  }

  private ConfigFile config() {
    if (prefix.equals(PEFT_PREFIX)) {
      return ConfigFile.read(
          file.resolveSibling(PEFT_CONFIG)); // this file has the only record of alpha
    }
    return ConfigFile.parse(file, METADATA, checkpoint.metadata().getOrDefault(METADATA, "{}"));
  }

  private String key(String setting) {
    return prefix.equals(PREFIX) ? PREFIX + setting : setting;
  }

  /** Reads all updates by the path of their layer. */
  Map<String, LowRank> read(Weights weights) {
    Map<String, LowRank> updates = new LinkedHashMap<>();
    for (String path : paths()) {
      updates.put(path, update(path, weights.at(prefix + path)));
    }
    return updates;
  }

  private Set<String> paths() {
    Set<String> paths = new TreeSet<>();
    for (String name : checkpoint.names()) {
      String kind = Stream.of(DOWN, UP, ALPHA).filter(name::endsWith).findFirst().orElse("");
      if (kind.isEmpty()
          || name.length() <= prefix.length() + kind.length()
          || !name.startsWith(prefix)) {
        throw new CheckpointException(
            "%s: %s does not belong to a LoRA in diffusers or peft layout; expected %s<path>%s, %s or %s"
                .formatted(file, name, prefix, DOWN, UP, ALPHA));
      }
      paths.add(name.substring(prefix.length(), name.length() - kind.length()));
    }
    if (paths.isEmpty()) {
      throw new CheckpointException(file + ": expected a LoRA, got a file without tensors");
    }
    return paths;
  }

  private LowRank update(String path, Weights weights) {
    long[] down = shape(path, DOWN);
    long[] up = shape(path, UP);
    int rank = (int) Math.min(down[0], Integer.MAX_VALUE);
    if (up[1] != rank) {
      throw new CheckpointException(
          "%s: rank mismatch of %s: lora_A has rank %d, lora_B %d"
              .formatted(file, path, rank, up[1]));
    }
    double stated = setting(path, "r", "rank_pattern", rank);
    if (stated != rank) {
      throw new CheckpointException(
          "%s: rank mismatch of %s: %s states rank %s, lora_A has %d"
              .formatted(
                  file, path, prefix.equals(PEFT_PREFIX) ? PEFT_CONFIG : METADATA, stated, rank));
    }
    weights.ignore(ALPHA.substring(1));
    double dropout = config.number(key("lora_dropout"), 0);
    return LowRank.load(
        weights, down[1], up[0], new LowRank.Settings(rank, alpha(path, rank), dropout));
  }

  private long[] shape(String path, String kind) {
    String name = prefix + path + kind;
    if (!checkpoint.contains(name)) {
      throw new CheckpointException(file + ": missing " + name);
    }
    try (Tensor tensor = checkpoint.tensor(name)) {
      if (tensor.rank() != 2 || tensor.elements() == 0) {
        throw wrongShape(name, tensor, "a matrix");
      }
      requireFinite(name, tensor);
      return tensor.shape();
    }
  }

  private CheckpointException wrongShape(String name, Tensor tensor, String expected) {
    return new CheckpointException(
        "%s: %s has shape %s, expected %s"
            .formatted(file, name, Arrays.toString(tensor.shape()), expected));
  }

  private void requireFinite(String name, Tensor tensor) {
    if (tensor.dtype().isFloatingPoint() && !Functional.allFinite(tensor)) {
      throw new CheckpointException(file + ": " + name + " contains numbers that are not finite");
    }
  }

  private double alpha(String path, int rank) {
    String name = prefix + path + ALPHA;
    if (!checkpoint.contains(name)) {
      return setting(path, "lora_alpha", "alpha_pattern", rank);
    }
    try (Tensor alpha = checkpoint.tensor(name)) {
      if (alpha.elements() != 1) {
        throw wrongShape(name, alpha, "one number");
      }
      requireFinite(name, alpha);
      return alpha.item();
    }
  }

  /**
   * Returns a setting for one layer. The pattern overrides the common value for paths and ends of
   * paths.
   */
  private double setting(String path, String key, String pattern, double absent) {
    if (config.has(key(pattern))) {
      ConfigFile exceptions = config.object(key(pattern));
      for (String layer : exceptions.keys()) {
        if (path.equals(layer) || path.endsWith("." + layer)) {
          return exceptions.number(layer);
        }
      }
    }
    return config.number(key(key), absent);
  }

  /** Writes updates in the layout of diffusers. */
  static void write(Path file, Map<String, LowRank> updates) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    updates.forEach(
        (path, update) -> {
          for (Parameter parameter : update.parameters()) {
            String kind = parameter.name().endsWith(DOWN) ? DOWN : UP;
            tensors.put(PREFIX + path + kind, parameter.value());
          }
        });
    SafetensorsWriter.write(
        file, tensors, Map.of("format", "pt", METADATA, metadata(updates).toString()));
  }

  private static ObjectNode metadata(Map<String, LowRank> updates) {
    LowRank.Settings common = updates.values().iterator().next().settings();
    ObjectNode root = StrictJson.mapper().createObjectNode();
    root.put(PREFIX + "r", common.rank());
    root.put(PREFIX + "lora_alpha", common.alpha());
    root.put(PREFIX + "lora_dropout", common.dropout());
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
