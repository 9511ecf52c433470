package dev.sana4j.nn;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Generator;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.weights.Checkpoint;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.FreshSource;
import dev.sana4j.weights.Parameter;
import dev.sana4j.weights.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The low-rank updates of a network (LoRA, arXiv 2106.09685). They are stored separately from the
 * network and can be created or loaded, attached and detached, trained, merged and saved.
 * Parameters are float32.
 */
public final class LowRankAdapters implements AutoCloseable {
  /** The default targets of diffusers' training scripts for SANA. */
  public static final List<String> DEFAULT_TARGETS = List.of("to_q", "to_k", "to_v");

  private static final int SHOWN_PROBLEMS = 10;

  private final Map<String, LowRank> updates;
  private Map<LowRank, AffineMap> attached = Map.of();

  private LowRankAdapters(Map<String, LowRank> updates) {
    this.updates = updates;
  }

  /**
   * Creates new updates, which have no effect until they are trained. A is uniform within 1 /
   * sqrt(in), as Kaiming's rule with a = sqrt(5) in peft, and B is 0.
   *
   * @param network the network to adapt
   * @param targets ends of the paths of linear layers and 1x1 convolutions, for example {@code
   *     to_q} or {@code attn1.to_out.0}
   * @param settings the hyperparameters of each update
   * @param seed seed of the initialization
   * @return the updates; the caller closes them
   * @throws CheckpointException if a target matches no linear layer
   */
  public static LowRankAdapters create(
      Layer<?> network, List<String> targets, LowRank.Settings settings, long seed) {
    Map<String, AffineMap> maps = network.affineMaps();
    Map<String, AffineMap> layers = new LinkedHashMap<>();
    targeted(maps.keySet(), targets)
        .forEach(path -> layers.put(path, Objects.requireNonNull(maps.get(path))));
    Device device = layers.values().iterator().next().weight().value().device();
    try (Initial initial = new Initial(seed)) {
      return Weights.load(
          initial,
          DType.FLOAT32,
          device,
          weights -> {
            Map<String, LowRank> updates = new LinkedHashMap<>();
            layers.forEach(
                (path, layer) -> {
                  Weights place = weights.at(LowRankWriter.PREFIX + path);
                  updates.put(path, new LowRank(place, target(path, layer), settings, null));
                });
            return new LowRankAdapters(updates);
          });
    }
  }

  private static LayerNames.Target target(String path, AffineMap layer) {
    long[] shape = layer.weight().value().shape();
    return new LayerNames.Target(path, shape[1], shape[0], shape.length == 4);
  }

  /**
   * Returns the linear layers that match targets. Can be called before a network is opened.
   *
   * @param linears the paths of all linear layers and 1x1 convolutions
   * @param targets ends of paths, for example {@code to_q} or {@code attn1.to_out.0}
   * @return the paths that end with a target, in the order of the targets
   * @throws CheckpointException if a target matches no linear layer
   */
  public static Set<String> targeted(Set<String> linears, List<String> targets) {
    Set<String> found = new LinkedHashSet<>();
    for (String target : targets) {
      Set<String> matching = new LinkedHashSet<>(linears);
      matching.removeIf(path -> !path.equals(target) && !path.endsWith("." + target));
      if (matching.isEmpty()) {
        String possible =
            linears.stream()
                .map(path -> path.replaceFirst("^.*\\.(?=\\D[^.]*(\\.\\d+)?$)", ""))
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        throw new CheckpointException(
            "LoRA: target '%s' matches no linear layer of this network; possible targets: %s"
                .formatted(target, possible));
      }
      found.addAll(matching);
    }
    if (found.isEmpty()) {
      throw new CheckpointException("LoRA: expected at least one target, got none");
    }
    return found;
  }

  /** Initializes A uniformly and B with zeros. */
  private static final class Initial implements FreshSource {
    private final Generator generator;

    Initial(long seed) {
      generator = new Generator(seed);
    }

    @Override
    public Tensor tensor(String name, long... shape) {
      if (name.endsWith("lora_B.weight")) {
        return Tensors.zeros(DType.FLOAT32, Device.CPU, shape);
      }
      double bound = 1 / Math.sqrt((double) shape[1]);
      return TensorScope.tidy(() -> generator.uniform(shape).mul(2 * bound).add(-bound));
    }

    @Override
    public void close() {
      generator.close();
    }
  }

  /**
   * Loads updates in the layouts of diffusers, peft, kohya's scripts, OneTrainer and tools with the
   * same names.
   *
   * @param file a safetensors file; peft's {@code adapter_model.safetensors} needs {@code
   *     adapter_config.json} in the same folder
   * @param device the device of the network
   * @param names the layers of the network
   * @return the updates; the caller closes them
   * @throws CheckpointException if the file is damaged, contains tensors that are not understood,
   *     layers that the network lacks or that have other sizes, or numbers that are not finite
   */
  public static LowRankAdapters load(Path file, Device device, LayerNames names) {
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      List<LowRankFile.Entry> entries = new LowRankFile(file, checkpoint, names).entries();
      LowRankSource source = new LowRankSource(checkpoint, entries);
      return Weights.load(
          source, DType.FLOAT32, device, weights -> new LowRankAdapters(source.read(weights)));
    }
  }

  /**
   * Saves the updates in a format that diffusers' {@code load_lora_weights} and {@link #load} read.
   *
   * @param file the file to write; replaced if it exists
   * @throws IllegalStateException if only some updates have the magnitudes of DoRA, or if they have
   *     them per input, which the format cannot express
   */
  public void save(Path file) {
    LowRankWriter.write(file, updates);
  }

  /**
   * Attaches the updates to a network with their trained strength.
   *
   * @param network the network they belong to; it does not own them
   * @throws CheckpointException listing the layers that are missing or have other sizes
   */
  public void attach(Layer<?> network) {
    attach(network, 1);
  }

  /**
   * Attaches the updates to a network.
   *
   * @param network the network they belong to; it does not own them
   * @param strength factor for each update; 1 is the trained strength
   * @throws CheckpointException listing the layers that are missing or have other sizes
   */
  public void attach(Layer<?> network, double strength) {
    Map<LowRank, AffineMap> layers = bound(network, strength);
    layers.forEach((update, layer) -> layer.attach(update));
    attached = layers;
  }

  private Map<LowRank, AffineMap> bound(Layer<?> network, double strength) {
    Map<LowRank, AffineMap> layers = layers(network);
    try {
      layers.forEach((update, layer) -> update.bind(layer, strength));
      return layers;
    } catch (RuntimeException | Error e) {
      layers.keySet().forEach(LowRank::release);
      throw e;
    }
  }

  /** Detaches the updates from the network. Has no effect if they are not attached. */
  public void detach() {
    attached.forEach(
        (update, layer) -> {
          layer.detach(update);
          update.release();
        });
    attached = Map.of();
  }

  /**
   * Adds the updates permanently to the weights of a network: W becomes W + strength * alpha / rank
   * * B A, and with DoRA the result of {@link #attach(Layer, double)}.
   *
   * @param network the network they belong to
   * @param strength factor for each update; 1 is the trained strength
   * @throws CheckpointException listing the layers that are missing or have other sizes
   */
  public void merge(Layer<?> network, double strength) {
    bound(network, strength)
        .forEach(
            (update, layer) -> {
              TensorScope.compute(
                  () -> Libtorch.noGrad(() -> layer.weight().value().add_(update.delta(layer), 1)));
              update.release();
            });
  }

  private void requireFit(Map<String, AffineMap> maps) {
    List<String> problems = new ArrayList<>();
    updates.forEach(
        (path, update) -> {
          AffineMap layer = maps.get(path);
          if (layer == null) {
            problems.add("the network has no linear layer " + path);
            return;
          }
          Tensor weight = layer.weight().value();
          if (weight.size(0) != update.out() || weight.size(1) != update.in()) {
            problems.add(
                "%s maps %d to %d, but the layer maps %d to %d"
                    .formatted(path, update.in(), update.out(), weight.size(1), weight.size(0)));
          }
        });
    if (!problems.isEmpty()) {
      throw new CheckpointException(
          "the LoRA does not fit the network: "
              + problems.stream().limit(SHOWN_PROBLEMS).collect(Collectors.joining("; "))
              + (problems.size() > SHOWN_PROBLEMS ? "; and more" : ""));
    }
  }

  private Map<LowRank, AffineMap> layers(Layer<?> network) {
    if (!attached.isEmpty()) {
      throw new IllegalStateException("the LoRA is attached to a network; detach it first");
    }
    Map<String, AffineMap> maps = network.affineMaps();
    requireFit(maps);
    Map<LowRank, AffineMap> layers = new LinkedHashMap<>();
    updates.forEach((path, update) -> layers.put(update, Objects.requireNonNull(maps.get(path))));
    return layers;
  }

  /**
   * Drops a fraction of the inputs of each update from now on. The masks depend only on the seed,
   * the layer and the shape of its input. Passes with the same seed use the same masks, so gradient
   * checkpointing can recompute a forward pass.
   *
   * @param seed a different seed for each step
   */
  public void dropInputs(long seed) {
    updates.values().forEach(update -> update.dropoutSeed(seed));
  }

  /** Stops dropping inputs, which is the initial state. */
  public void keepInputs() {
    updates.values().forEach(update -> update.dropoutSeed(null));
  }

  /**
   * Returns the parameters to train.
   *
   * @return A and B of each update, named as in the file
   */
  public List<Parameter> parameters() {
    return updates.values().stream().flatMap(update -> update.parameters().stream()).toList();
  }

  /**
   * Returns the updates.
   *
   * @return the updates by the checkpoint path of their layer
   */
  public Map<String, LowRank> updates() {
    return Collections.unmodifiableMap(updates);
  }

  /** Detaches the updates and frees them. */
  @Override
  public void close() {
    detach();
    updates.values().forEach(LowRank::close);
  }
}
