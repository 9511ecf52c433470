package dev.sana4j.folder;

import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.folder.ModelFolder.PartContents;
import dev.sana4j.tensor.DType;
import dev.sana4j.weights.Checkpoint;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.ConfigFile;
import dev.sana4j.weights.SafetensorsHeader;
import dev.sana4j.weights.ShardIndex;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The folder of one network: {@code config.json} and weights. */
public final class NetworkFolder {
  static final String CONFIG = "config.json";

  private static final List<Part> NETWORKS =
      List.of(Part.TEXT_ENCODER, Part.TRANSFORMER, Part.VAE, Part.CONTROLNET);

  private NetworkFolder() {}

  /** A network and the class in its config that shows which part of a model it is. */
  private record Kind(Part part, String className) {}

  /**
   * Returns which part of a model a network is, from its config.
   *
   * @param folder folder of the network
   * @return the part; empty without a config, or if the network is not supported
   * @throws CheckpointException if the config is damaged
   */
  public static Optional<Part> part(Path folder) {
    return kind(folder).map(Kind::part);
  }

  private static Optional<Kind> kind(Path folder) {
    if (!Files.isRegularFile(folder.resolve(CONFIG))) {
      return Optional.empty();
    }
    return classNames(folder)
        .flatMap(
            name ->
                NETWORKS.stream()
                    .filter(part -> part.supports(name))
                    .map(part -> new Kind(part, name)))
        .findFirst();
  }

  /** Returns the class in the config of a network. */
  static String className(Path folder) {
    return classNames(folder).findFirst().orElse("unknown");
  }

  private static Stream<String> classNames(Path folder) {
    ConfigFile config = ConfigFile.read(folder.resolve(CONFIG));
    return Stream.concat(
            Stream.of(config.text("_class_name", "")),
            config.texts("architectures", List.of()).stream())
        .filter(name -> !name.isEmpty());
  }

  /**
   * Returns whether a folder contains a complete network, such as an autoencoder.
   *
   * @param folder the folder to check
   * @return true for a supported network with its config and weights
   */
  public static boolean isComplete(Path folder) {
    try {
      Optional<Part> part = part(folder);
      part.ifPresent(kind -> requireFiles(folder, kind));
      return part.isPresent();
    } catch (ModelException | CheckpointException e) {
      return false;
    }
  }

  /**
   * Summarizes a network from the headers of its files, without reading weights.
   *
   * @param folder a folder with {@code config.json} and weights
   * @param wanted the preferred dtype if there are several variants of the weights
   * @return the network; empty if the config names no class that sana4j knows
   * @throws CheckpointException if the config or the weights are damaged or missing
   */
  public static Optional<PartContents> contents(Path folder, DType wanted) {
    return kind(folder).map(kind -> contents(kind.part(), folder, kind.className(), wanted));
  }

  static PartContents contents(Part part, Path folder, String className, DType wanted) {
    List<Path> files = part.weights().isEmpty() ? List.of() : weightFiles(folder, part, wanted);
    Map<String, Long> bytesByDtype = new TreeMap<>();
    long parameters = 0;
    long bytes = 0;
    for (Path file : files) {
      for (SafetensorsHeader.Entry entry : SafetensorsHeader.read(file).entries().values()) {
        parameters += entry.shape().stream().reduce(1L, (a, b) -> a * b);
        bytes += entry.byteCount();
        bytesByDtype.merge(entry.dtype(), entry.byteCount(), Long::sum);
      }
    }
    return new PartContents(part, className, parameters, bytes, bytesByDtype, files.size());
  }

  static void requireFiles(Path folder, Part part) {
    if (!Files.isRegularFile(folder.resolve(part.settings()))) {
      throw new ModelException(folder + " does not contain " + part.settings());
    }
    if (!part.weights().isEmpty()) {
      var unused = weightFiles(folder, part, DType.FLOAT32);
    }
  }

  private static List<Path> weightFiles(Path folder, Part part, DType wanted) {
    Path found = Checkpoint.find(folder, part.weights(), wanted);
    return found.toString().endsWith(".json") ? ShardIndex.read(found).shards() : List.of(found);
  }
}
