package dev.sana4j.nn;

import dev.sana4j.files.QuotedText;
import dev.sana4j.nn.LayerNames.Resolved;
import dev.sana4j.nn.LayerNames.Target;
import dev.sana4j.nn.LowRankKey.Role;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Functional;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.weights.Checkpoint;
import dev.sana4j.weights.CheckpointException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads LoRA files of the tools that people train with. {@link LowRankKey} lists the names of
 * tensors, {@link LayerNames} those of layers, and {@link LowRankMetadata} the settings.
 *
 * <p>A file is read completely or not at all: every tensor must be understood.
 */
final class LowRankFile {
  private static final String PEFT_NAMES = "base_model.model.";
  private static final String PEFT_FILE = "adapter_model.safetensors";
  private static final int SHOWN_PROBLEMS = 10;

  /** By how much a stored alpha may differ from the stated one, which bfloat16 rounds. */
  private static final double ALPHA_ROUNDING = 0.01;

  private final Path file;
  private final Checkpoint checkpoint;
  private final LayerNames names;
  private final Map<String, Map<Role, LowRankKey>> layers;
  private final LowRankMetadata metadata;

  /**
   * An update that the file stores under the name of one layer.
   *
   * @param name the name of the layer with dots and without prefixes
   * @param targets the layers whose outputs follow each other in B
   * @param down the name of the tensor A
   * @param up the name of the tensor B
   * @param magnitude the name of the tensor with the magnitudes of DoRA; null without DoRA
   * @param axis the axis of the magnitudes; null without DoRA
   * @param settings rank, alpha and dropout
   */
  record Entry(
      String name,
      List<Target> targets,
      String down,
      String up,
      @Nullable String magnitude,
      WeightMagnitude.@Nullable Axis axis,
      LowRank.Settings settings) {}

  LowRankFile(Path file, Checkpoint checkpoint, LayerNames names) {
    this.file = file;
    this.checkpoint = checkpoint;
    this.names = names;
    this.layers = layers();
    this.metadata = metadata();
  }

  /** Returns the tensors of each layer by the name that the file has for it. */
  private Map<String, Map<Role, LowRankKey>> layers() {
    ForeignTensors foreign = new ForeignTensors();
    Map<String, Map<Role, LowRankKey>> found = new TreeMap<>();
    Set<String> adapters = new TreeSet<>();
    for (String name : checkpoint.names()) {
      LowRankKey key = ForeignTensors.claims(name) ? null : LowRankKey.of(name);
      if (key == null) {
        foreign.add(name);
      } else {
        add(key, found);
        adapters.add(key.adapter());
      }
    }
    String described = foreign.description(!found.isEmpty());
    if (!described.isEmpty()) {
      throw refusal(described);
    }
    if (found.isEmpty()) {
      throw refusal("expected a LoRA, got a file without tensors");
    }
    adapters.remove("");
    if (adapters.size() > 1) {
      throw refusal("expected one adapter, got " + QuotedText.clip(String.join(", ", adapters)));
    }
    return found;
  }

  private void add(LowRankKey key, Map<String, Map<Role, LowRankKey>> found) {
    LowRankKey other =
        found.computeIfAbsent(key.layer(), layer -> new EnumMap<>(Role.class)).put(key.role(), key);
    if (other != null) {
      throw twice(key.layer(), other.name(), key.name());
    }
  }

  private LowRankMetadata metadata() {
    Map<String, String> header = checkpoint.metadata();
    String stated = header.get(PeftMetadata.HEADER);
    if (stated != null) {
      return PeftMetadata.parse(file, stated);
    }
    boolean ofPeft = layers.keySet().stream().anyMatch(name -> name.startsWith(PEFT_NAMES));
    boolean isBeside = Files.exists(file.resolveSibling(PeftMetadata.FILE));
    boolean complete = layers.values().stream().allMatch(keys -> keys.containsKey(Role.ALPHA));
    if ((ofPeft && !complete) || (isBeside && (ofPeft || file.endsWith(PEFT_FILE)))) {
      return PeftMetadata.beside(file); // this file has the only record of alpha
    }
    return KohyaMetadata.isIn(header) ? KohyaMetadata.of(file, header) : LowRankMetadata.NONE;
  }

  /** Returns all updates, checked. */
  List<Entry> entries() {
    List<String> problems = new ArrayList<>();
    Map<String, String> nameOf = new LinkedHashMap<>();
    List<Entry> entries = new ArrayList<>();
    layers.forEach(
        (layer, keys) -> {
          Resolved resolved = names.resolve(layer);
          if (!resolved.problem().isEmpty()) {
            problems.add(resolved.problem());
            return;
          }
          for (Target target : resolved.targets()) {
            String other = nameOf.put(target.path(), layer);
            if (other != null) {
              throw twice(target.path(), other, layer);
            }
          }
          entries.add(entry(layer, keys, resolved, problems));
        });
    if (!problems.isEmpty()) {
      throw doesNotFit(problems, entries.isEmpty());
    }
    return entries;
  }

  private CheckpointException doesNotFit(List<String> problems, boolean nothingFits) {
    return refusal(
        "the LoRA does not fit the network: "
            + problems.stream().limit(SHOWN_PROBLEMS).collect(Collectors.joining("; "))
            + (problems.size() > SHOWN_PROBLEMS ? "; and more" : "")
            + (nothingFits ? "; is it made for this kind of model?" : ""));
  }

  private Entry entry(
      String layer, Map<Role, LowRankKey> keys, Resolved resolved, List<String> problems) {
    LowRankKey down = key(layer, keys, Role.DOWN);
    LowRankKey up = key(layer, keys, Role.UP);
    List<Target> targets = resolved.targets();
    long in = targets.get(0).in();
    long out = targets.stream().mapToLong(Target::out).sum();
    String name = resolved.name();
    long[] downSize = size(down);
    long[] upSize = size(up);
    int rank = rank(name, downSize, upSize);
    LowRankKey magnitude = magnitude(name, keys);
    WeightMagnitude.Axis axis = null;
    if (downSize[1] != in || upSize[0] != out) {
      problems.add(
          "%s maps %d to %d, but the layer maps %d to %d"
              .formatted(QuotedText.clip(name), downSize[1], upSize[0], in, out));
    } else if (magnitude != null) {
      axis = axis(magnitude, in, out, targets.size() > 1);
    }
    double alpha = alpha(keys.get(Role.ALPHA), name, rank);
    return new Entry(
        name,
        targets,
        down.name(),
        up.name(),
        magnitude == null ? null : magnitude.name(),
        axis,
        new LowRank.Settings(rank, alpha, metadata.dropout()));
  }

  private int rank(String layer, long[] down, long[] up) {
    int rank = (int) Math.min(down[0], Integer.MAX_VALUE);
    String name = QuotedText.clip(layer);
    if (up[1] != rank) {
      throw refusal(
          "rank mismatch of %s: lora_A has rank %d, lora_B %d".formatted(name, rank, up[1]));
    }
    OptionalDouble stated = metadata.rank(layer);
    if (stated.isPresent() && stated.getAsDouble() != rank) {
      throw refusal(
          "rank mismatch of %s: %s states rank %s, lora_A has %d"
              .formatted(name, metadata.place(), stated.getAsDouble(), rank));
    }
    return rank;
  }

  private @Nullable LowRankKey magnitude(String layer, Map<Role, LowRankKey> keys) {
    LowRankKey vector = keys.get(Role.MAGNITUDE);
    LowRankKey scale = keys.get(Role.DORA_SCALE);
    if (vector != null && scale != null) {
      throw twice(layer, vector.name(), scale.name());
    }
    if (vector == null && scale == null && metadata.decomposed()) {
      throw refusal(
          "%s states DoRA (use_dora), but there is no %s.lora_magnitude_vector"
              .formatted(metadata.place(), QuotedText.clip(layer)));
    }
    return vector == null ? scale : vector;
  }

  private WeightMagnitude.Axis axis(LowRankKey key, long in, long out, boolean fused) {
    try (Tensor tensor = checkpoint.tensor(key.name())) {
      WeightMagnitude.Axis axis = WeightMagnitude.axis(key.role(), tensor.shape(), in, out);
      if (axis == null) {
        throw wrongShape(key.name(), tensor, "a number for each of the %d outputs".formatted(out));
      }
      if (fused && axis == WeightMagnitude.Axis.INPUT) {
        throw refusal(
            QuotedText.clip(key.name())
                + " has a magnitude per input of several layers together, which cannot be split");
      }
      requireFinite(key.name(), tensor);
      return axis;
    }
  }

  private LowRankKey key(String layer, Map<Role, LowRankKey> keys, Role role) {
    LowRankKey key = keys.get(role);
    if (key == null) {
      LowRankKey other = keys.get(role == Role.DOWN ? Role.UP : Role.DOWN);
      String missing = other == null ? layer + ".lora_" + role.word() : other.counterpart();
      throw refusal("missing " + QuotedText.clip(missing));
    }
    return key;
  }

  /** Returns the size of a matrix, which may be stored as the kernels of a 1x1 convolution. */
  private long[] size(LowRankKey key) {
    try (Tensor tensor = checkpoint.tensor(key.name())) {
      long[] shape = tensor.shape();
      boolean pointwise = shape.length == 4 && shape[2] == 1 && shape[3] == 1;
      if ((shape.length != 2 && !pointwise) || tensor.elements() == 0) {
        throw wrongShape(key.name(), tensor, "a matrix, or the kernels of a 1x1 convolution");
      }
      requireFinite(key.name(), tensor);
      return Arrays.copyOf(shape, 2);
    }
  }

  private double alpha(@Nullable LowRankKey key, String layer, int rank) {
    if (key == null) {
      return metadata.alpha(layer, rank).orElse(rank);
    }
    double alpha = number(key.name());
    if (metadata.rankStabilized()) {
      double stated = metadata.alpha(layer, rank).orElse(alpha);
      if (Math.abs(alpha - stated) > ALPHA_ROUNDING * Math.abs(alpha)) {
        throw refusal(
            "%s is %s, but by %s with use_rslora it must be %s; remove one of them"
                .formatted(QuotedText.clip(key.name()), alpha, metadata.place(), stated));
      }
    }
    return alpha;
  }

  private double number(String name) {
    try (Tensor tensor = checkpoint.tensor(name)) {
      if (tensor.elements() != 1) {
        throw wrongShape(name, tensor, "one number");
      }
      requireFinite(name, tensor);
      double alpha = tensor.item();
      if (alpha == 0) {
        throw refusal(
            QuotedText.clip(name)
                + " is 0, which turns the update off for some tools and means the rank for others");
      }
      return alpha;
    }
  }

  private CheckpointException wrongShape(String name, Tensor tensor, String expected) {
    return refusal(
        "%s has shape %s, expected %s"
            .formatted(QuotedText.clip(name), Arrays.toString(tensor.shape()), expected));
  }

  /** Checks the numbers as they are after the conversion to float32. */
  private void requireFinite(String name, Tensor tensor) {
    boolean finite =
        TensorScope.<Boolean>compute(() -> Functional.allFinite(tensor.to(DType.FLOAT32)));
    if (!finite) {
      throw refusal(QuotedText.clip(name) + " contains numbers that are not finite");
    }
  }

  private CheckpointException twice(String layer, String first, String second) {
    return refusal(
        "%s is given twice, by %s and %s"
            .formatted(QuotedText.clip(layer), QuotedText.clip(first), QuotedText.clip(second)));
  }

  private CheckpointException refusal(String reason) {
    return new CheckpointException(file + ": " + reason);
  }
}
