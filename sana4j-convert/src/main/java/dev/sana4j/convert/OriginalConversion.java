package dev.sana4j.convert;

import dev.sana4j.dcae.AutoencoderConfig;
import dev.sana4j.files.AtomicFolder;
import dev.sana4j.files.IoReason;
import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.sana.PositionEmbedding;
import dev.sana4j.sana.SanaConfig;
import dev.sana4j.sana.SanaNames;
import dev.sana4j.tensor.DType;
import dev.sana4j.weights.Checkpoint;
import dev.sana4j.weights.ConfigFile;
import dev.sana4j.weights.SafetensorsWriter;
import dev.sana4j.weights.TensorNames;
import dev.sana4j.weights.TensorNames.Link;
import dev.sana4j.weights.TensorSpec;
import dev.sana4j.weights.pth.PthOutline;
import dev.sana4j.weights.pth.PthWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Converts a folder in the diffusers layout back into an original checkpoint, piece by piece.
 *
 * <p>For a folder that was converted from an original checkpoint, the result is that checkpoint:
 * byte for byte if nothing has changed since, else with the same tensors in the same order. For any
 * other folder it contains the weights, and the position embedding if the model has one. It then
 * lacks the buffer {@code y_embedder.y_embedding} and the tensors that only training uses.
 */
public final class OriginalConversion implements AutoCloseable {
  private final List<Checkpoint> sources = new ArrayList<>();
  private final NamedTensors tensors;
  private @Nullable SideFile kept;

  private OriginalConversion(Path folder) {
    this.tensors = new NamedTensors(folder.toString());
  }

  /**
   * Opens the transformer of a model folder, and its ControlNet if it has one.
   *
   * @param model the folder
   * @param dtype dtype of the weight file to read if there are several
   * @return the conversion, to be closed by the caller
   * @throws ModelException if a part is missing
   */
  public static OriginalConversion ofModel(ModelFolder model, DType dtype) {
    return opened(
        model.root(),
        conversion -> {
          conversion.add(model.path(Part.TRANSFORMER), Part.TRANSFORMER, dtype);
          if (model.has(Part.CONTROLNET)) {
            conversion.add(model.path(Part.CONTROLNET), Part.CONTROLNET, dtype);
          }
        });
  }

  /**
   * Opens the folder of one part, a transformer, a ControlNet or an autoencoder.
   *
   * @param folder folder with config.json and the weights
   * @param dtype dtype of the weight file to read if there are several
   * @return the conversion, to be closed by the caller
   * @throws ModelException if the network has no original layout
   */
  public static OriginalConversion ofPart(Path folder, DType dtype) {
    String className = ConfigFile.read(folder.resolve("config.json")).text("_class_name", "");
    Part part =
        switch (className) {
          case "SanaTransformer2DModel" -> Part.TRANSFORMER;
          case "SanaControlNetModel" -> Part.CONTROLNET;
          case "AutoencoderDC" -> Part.VAE;
          default ->
              throw new ModelException(
                  folder + " is a " + className + ", which has no original layout");
        };
    return opened(folder, conversion -> conversion.add(folder, part, dtype));
  }

  /** Adds parts to a conversion. */
  private interface Parts {
    void addTo(OriginalConversion conversion);
  }

  private static OriginalConversion opened(Path folder, Parts parts) {
    OriginalConversion conversion = new OriginalConversion(folder);
    try {
      parts.addTo(conversion);
      if (conversion.kept != null) {
        conversion.tensors.putAll(conversion.kept.extras());
      }
      return conversion;
    } catch (RuntimeException | Error e) {
      conversion.close();
      throw e;
    }
  }

  private void add(Path partFolder, Part part, DType dtype) {
    ConfigFile config = ConfigFile.read(partFolder.resolve("config.json"));
    Checkpoint source = Checkpoint.open(Checkpoint.find(partFolder, part.weights(), dtype));
    sources.add(source);
    NamedTensors original = new NamedTensors(source.description());
    addLinks(NamedTensors.of(source), names(part, config), original);
    tensors.putAll(original);
    if (kept == null) {
      kept = SideFile.open(partFolder);
    }
    if (part == Part.TRANSFORMER && kept == null) {
      addPositions(SanaConfig.read(config));
    }
  }

  private static TensorNames names(Part part, ConfigFile config) {
    if (part == Part.VAE) {
      AutoencoderConfig sizes = AutoencoderConfig.read(config);
      return AutoencoderNames.of(sizes.pixelUnshuffle(), sizes.encoder().depths().get(0) > 0);
    }
    return part == Part.CONTROLNET
        ? SanaNames.controlNet()
        : SanaNames.transformer(SanaConfig.read(config).guidanceEmbedding());
  }

  private static void addLinks(NamedTensors source, TensorNames names, NamedTensors original) {
    for (String name : source.names()) {
      Link link = names.ofConverted(name);
      if (link == null) {
        throw new ModelException(
            source.description() + ": '" + name + "' is unknown in the original layout");
      }
      if (!original.contains(link.original())) {
        original.putOriginal(source, link);
      }
    }
  }

  /**
   * Adds the position embedding; in the original layout it shows that the model uses positions, and
   * at what scale.
   */
  private void addPositions(SanaConfig config) {
    if (config.interpolationScale() > 0) {
      long side = config.sampleSize() / config.patchSize();
      tensors.put(
          new TensorSpec(
              "pos_embed", DType.FLOAT32, List.of(1L, side * side, (long) config.width())),
          () -> PositionEmbedding.of(config));
    }
  }

  /**
   * Writes the file, which appears when it is complete.
   *
   * @param target a {@code .pth} or {@code .safetensors} file to make
   * @param listener receives the progress
   * @throws ModelException if the file exists, has another ending, or the disk has too little space
   */
  public void write(Path target, ConversionListener listener) {
    String name = target.toAbsolutePath().normalize().getFileName().toString();
    boolean pth = name.endsWith(".pth");
    if (!pth && !name.endsWith(".safetensors")) {
      throw new ModelException(target + ": name a file that ends in .pth or .safetensors");
    }
    if (Files.exists(target)) {
      throw new ModelException(target + " exists; name another file");
    }
    List<TensorSpec> specs = ordered();
    long bytes = specs.stream().mapToLong(TensorSpec::bytes).sum();
    requireRoom(target, bytes);
    var elements = tensors.elements(new Progress(listener, bytes).of("writing"));
    if (pth) {
      PthWriter.write(target, outline(name, specs), elements);
    } else {
      SafetensorsWriter.write(target, specs, Map.of("format", "pt"), elements);
    }
  }

  private static void requireRoom(Path target, long bytes) {
    try {
      AtomicFolder.requireRoom(target, bytes);
    } catch (IOException e) {
      throw new ModelException(target + " cannot be written: " + IoReason.of(e));
    }
  }

  /** Returns the tensors in the order of the original file, else sorted by block. */
  private List<TensorSpec> ordered() {
    Map<String, TensorSpec> specs =
        tensors.specs().stream().collect(Collectors.toMap(TensorSpec::name, Function.identity()));
    if (kept != null && new HashSet<>(kept.names()).equals(specs.keySet())) {
      return kept.names().stream().distinct().map(tensors::spec).toList();
    }
    return specs.values().stream()
        .sorted(Comparator.comparing(OriginalConversion::byBlock))
        .toList();
  }

  /** Returns a key that sorts numbers in names by value. */
  private static String byBlock(TensorSpec spec) {
    return spec.name().replaceAll("(\\d+)", "0000$1").replaceAll("0*(\\d{5})", "$1");
  }

  private PthOutline outline(String name, List<TensorSpec> specs) {
    PthOutline original = kept == null ? null : kept.outline();
    if (original != null && original.specs().equals(specs)) {
      return original;
    }
    return PthOutline.of(name.substring(0, name.length() - ".pth".length()) + "/", specs);
  }

  /** Closes the weight files. */
  @Override
  public void close() {
    sources.forEach(Checkpoint::close);
    if (kept != null) {
      kept.close();
    }
  }
}
