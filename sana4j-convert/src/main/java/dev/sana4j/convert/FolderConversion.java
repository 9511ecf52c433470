package dev.sana4j.convert;

import dev.sana4j.dcae.Autoencoder;
import dev.sana4j.dcae.AutoencoderConfig;
import dev.sana4j.files.AtomicFolder;
import dev.sana4j.files.FolderTree;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.pipeline.model.ModelConfig;
import dev.sana4j.pipeline.model.ModelIndex;
import dev.sana4j.pipeline.model.SamplerConfig;
import dev.sana4j.sana.SanaConfig;
import dev.sana4j.sana.SanaControlNet;
import dev.sana4j.sana.SanaTransformer;
import dev.sana4j.tensor.DType;
import dev.sana4j.weights.ConfigWriter;
import dev.sana4j.weights.ShardWriter;
import dev.sana4j.weights.TensorSpec;
import dev.sana4j.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Converts an original checkpoint into a folder in the diffusers layout. It works piece by piece,
 * so its memory does not depend on the size of the model.
 *
 * <p>The other parts are copied from a base model folder. Without one, the result is a folder of
 * the converted part only, as it is inside a model folder.
 */
public final class FolderConversion implements AutoCloseable {
  private static final double CONSISTENCY_SIGMA = 0.5; // as in the public Sprint models
  private static final double SHIFT_4K = 6.0; // as in the public model for 4096 pixels
  private static final int SAMPLE_SIZE_4K = 128;

  private final OriginalCheckpoint checkpoint;
  private final @Nullable ModelFolder base;
  private final @Nullable DType dtype;
  private final Map<Part, Network> networks = new EnumMap<>(Part.class);

  /** A network as it will be written, and a line that describes it. */
  private record Network(Map<String, Object> settings, List<TensorSpec> tensors, String line) {
    long bytes() {
      return tensors.stream().mapToLong(TensorSpec::bytes).sum();
    }
  }

  private FolderConversion(
      OriginalCheckpoint checkpoint, @Nullable ModelFolder base, @Nullable DType dtype) {
    this.checkpoint = checkpoint;
    this.base = base;
    this.dtype = dtype;
  }

  /**
   * Opens a checkpoint and detects its networks and sizes.
   *
   * @param file a {@code .pth} or {@code .safetensors} file
   * @param base model folder from which the other parts are copied; null for only this part
   * @param settings values that the tensors do not determine
   * @return the conversion, to be closed by the caller
   * @throws dev.sana4j.weights.CheckpointException if the file is damaged, contains none of the
   *     supported networks, or lacks a value that the settings must then contain
   */
  public static FolderConversion open(
      Path file, @Nullable ModelFolder base, ConversionSettings settings) {
    return open(file, String.valueOf(file.toAbsolutePath().getFileName()), base, settings);
  }

  /**
   * Opens a checkpoint and detects its networks and sizes.
   *
   * @param file a {@code .pth} or {@code .safetensors} file
   * @param name its name with that of its repository, from which a teacher is recognized
   * @param base model folder from which the other parts are copied; null for only this part. Its
   *     transformer may be missing
   * @param settings values that the tensors do not determine
   * @return the conversion, to be closed by the caller
   * @throws dev.sana4j.weights.CheckpointException as above
   */
  public static FolderConversion open(
      Path file, String name, @Nullable ModelFolder base, ConversionSettings settings) {
    OriginalCheckpoint checkpoint = OriginalCheckpoint.open(file);
    try {
      FolderConversion conversion = new FolderConversion(checkpoint, base, settings.dtype());
      for (Part part : checkpoint.parts()) {
        conversion.add(part, name, settings);
      }
      return conversion;
    } catch (RuntimeException | Error e) {
      checkpoint.close();
      throw e;
    }
  }

  private void add(Part part, String name, ConversionSettings settings) {
    if (part == Part.VAE) {
      AutoencoderConfig config = AutoencoderDetection.of(checkpoint, settings, base);
      String line =
          "%d times smaller, %d channels, scaling factor %s"
              .formatted(config.compression(), config.latentChannels(), config.scalingFactor());
      add(part, config.settings(), weights -> new Autoencoder(weights, config), line);
      return;
    }
    SanaConfig config = TransformerDetection.of(checkpoint, part, name, settings, base);
    String sizes =
        "%d layers of width %d, a latent of %d"
                .formatted(config.layers(), config.width(), config.sampleSize())
            + (config.interpolationScale() > 0
                ? ", positions at scale " + config.interpolationScale()
                : "");
    if (part == Part.CONTROLNET) {
      add(part, controlSettings(config), weights -> new SanaControlNet(weights, config), sizes);
    } else {
      String line = Variant.of(config) + ", " + sizes;
      add(part, config.settings(), weights -> new SanaTransformer(weights, config), line);
    }
  }

  private static Map<String, Object> controlSettings(SanaConfig config) {
    Map<String, Object> settings = config.settings();
    settings.put("_class_name", "SanaControlNetModel");
    List.of("guidance_embeds", "guidance_embeds_scale", "timestep_scale").forEach(settings::remove);
    return settings;
  }

  /**
   * Adds a network; the tensors are compared with those it reads, so every folder written can be
   * opened.
   */
  private void add(
      Part part, Map<String, Object> settings, Consumer<Weights> network, String line) {
    NamedTensors tensors = checkpoint.tensors(part);
    tensors.requireFit(Weights.specs(DType.FLOAT32, network));
    List<TensorSpec> specs = dtype == null ? tensors.specs() : tensors.specs(dtype);
    networks.put(part, new Network(settings, specs, part.folder() + ": " + line));
  }

  /**
   * Describes the detected networks.
   *
   * @return one line per network
   */
  public List<String> description() {
    return networks.values().stream().map(Network::line).toList();
  }

  /**
   * Writes the folder, which appears when it is complete.
   *
   * @param target the folder to make
   * @param listener receives the progress
   * @throws dev.sana4j.files.FileException if the folder exists, the disk has too little space, it
   *     cannot be written, or the parts do not fit each other
   * @throws dev.sana4j.weights.CheckpointException if the elements of the checkpoint are damaged
   */
  public void write(Path target, ConversionListener listener) {
    long bytes = networks.values().stream().mapToLong(Network::bytes).sum();
    Progress progress = new Progress(listener, checkpoint.bytesToCheck() + bytes);
    AtomicFolder.create(
        target,
        bytes,
        folder -> {
          checkpoint.checkSums(progress.of("checking"));
          if (base == null) {
            writeAlone(folder, progress);
          } else {
            writeModel(folder, base, progress);
          }
        });
  }

  /** A checkpoint of a ControlNet and its transformer becomes two folders. */
  private void writeAlone(Path folder, Progress progress) throws IOException {
    for (Part part : networks.keySet()) {
      Path partFolder =
          networks.size() == 1 ? folder : Files.createDirectories(folder.resolve(part.folder()));
      writePart(partFolder, part, progress);
    }
  }

  private void writeModel(Path folder, ModelFolder from, Progress progress) throws IOException {
    Set<Part> others = EnumSet.of(Part.TOKENIZER, Part.TEXT_ENCODER, Part.TRANSFORMER, Part.VAE);
    others.removeAll(networks.keySet());
    for (Part part : others) {
      FolderTree.copyFiles(from.path(part), folder.resolve(part.folder()));
    }
    boolean controlled = networks.containsKey(Part.CONTROLNET);
    ModelIndex.write(folder, sampler(from), from.instruction(), controlled);
    for (Part part : networks.keySet()) {
      Path partFolder = Files.createDirectories(folder.resolve(part.folder()));
      ConfigWriter.write(partFolder.resolve("config.json"), network(part).settings());
    }
    if (!controlled) {
      ModelConfig.read(
          ModelFolder.open(folder)); // fails now, not after hours, if the parts do not fit
    }
    for (Part part : networks.keySet()) {
      writePart(folder.resolve(part.folder()), part, progress);
    }
  }

  private Network network(Part part) {
    return Objects.requireNonNull(networks.get(part));
  }

  /** Returns the base's sampler if it is of the kind that the transformer needs. */
  private SamplerConfig sampler(ModelFolder from) {
    SamplerConfig sampler = SamplerConfig.read(from);
    Network transformer = networks.get(Part.TRANSFORMER);
    if (transformer == null) {
      return sampler;
    }
    boolean sprint = Boolean.TRUE.equals(transformer.settings().get("guidance_embeds"));
    if (sprint == sampler.isConsistency()) {
      return sampler;
    }
    if (sprint) {
      return new SamplerConfig.Consistency(CONSISTENCY_SIGMA);
    }
    return Integer.valueOf(SAMPLE_SIZE_4K).equals(transformer.settings().get("sample_size"))
        ? new SamplerConfig.Dpm(SHIFT_4K, 2)
        : SamplerConfig.publicFlow();
  }

  private void writePart(Path folder, Part part, Progress progress) {
    Network network = network(part);
    ConfigWriter.write(folder.resolve("config.json"), network.settings());
    ShardWriter.write(
        folder,
        part.weights(),
        network.tensors(),
        ShardWriter.MOST_BYTES,
        checkpoint.tensors(part).elements(progress.of(part.folder())));
    if (part == networks.keySet().iterator().next() && !checkpoint.isConverted()) {
      SideFile.write(folder, checkpoint, dtype, isUnchanged() ? checkpoint.outline() : null);
    }
  }

  /** Returns whether the weights keep their dtypes. */
  private boolean isUnchanged() {
    return networks.entrySet().stream()
        .allMatch(
            entry -> entry.getValue().tensors().equals(checkpoint.tensors(entry.getKey()).specs()));
  }

  /** Closes the checkpoint. */
  @Override
  public void close() {
    checkpoint.close();
  }
}
