package dev.sana4j.pipeline.source;

import dev.sana4j.files.FileException;
import dev.sana4j.files.IoReason;
import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.folder.NetworkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a file or folder contains, as far as its names and configs show. */
public sealed interface ModelSource {
  /** Endings of files with weights. */
  Set<String> WEIGHTS = Set.of("pth", "pt", "ckpt", "bin", "safetensors");

  /**
   * A model folder in the diffusers layout.
   *
   * @param folder the folder
   */
  record Pipeline(Path folder) implements ModelSource {}

  /**
   * A single network with its config.
   *
   * @param folder the folder
   * @param part the kind of network
   */
  record Network(Path folder, Part part) implements ModelSource {}

  /**
   * A checkpoint in the original layout.
   *
   * @param file the file
   */
  record Checkpoint(Path file) implements ModelSource {}

  /**
   * Finds what a path contains.
   *
   * @param path an existing file or folder
   * @return its content; a folder of another kind counts as a pipeline, whose opening explains what
   *     is missing
   * @throws ModelException if it is a file without weights, or a folder with several checkpoints
   */
  static ModelSource of(Path path) {
    return of(path, name(path.toAbsolutePath().normalize()));
  }

  /**
   * Finds what a path contains.
   *
   * @param path an existing file or folder
   * @param ownName name of the model, which one of several checkpoints may have
   * @return its content, as above
   * @throws ModelException as above
   */
  static ModelSource of(Path path, String ownName) {
    if (Files.isRegularFile(path)) {
      return ofFile(path);
    }
    if (Files.exists(path.resolve("model_index.json"))) {
      return new Pipeline(path);
    }
    Optional<Part> part = NetworkFolder.part(path);
    if (part.isPresent()) {
      return new Network(path, part.get());
    }
    Optional<Path> checkpoint = checkpoint(path, ownName);
    return checkpoint.isPresent() ? new Checkpoint(checkpoint.get()) : new Pipeline(path);
  }

  private static ModelSource ofFile(Path file) {
    String name = name(file);
    if (name.equals("model_index.json")) {
      return new Pipeline(file.resolveSibling(""));
    }
    if (isWeights(file)) {
      return new Checkpoint(file);
    }
    throw new ModelException(
        file + " is not a model; give a model folder, or a checkpoint (.pth or .safetensors)");
  }

  /**
   * Returns whether a file has the name of a checkpoint.
   *
   * @param file a path
   * @return true for the endings of weight files
   */
  static boolean isWeights(Path file) {
    String name = name(file);
    return WEIGHTS.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the checkpoint in a folder or its folder {@code checkpoints/}: the one that is named
   * like the folder, else the only one.
   */
  private static Optional<Path> checkpoint(Path folder, String ownName) {
    List<Path> all = new ArrayList<>(checkpointsIn(folder));
    all.addAll(checkpointsIn(folder.resolve("checkpoints")));
    List<Path> named = all.stream().filter(file -> isNamed(file, ownName)).toList();
    List<Path> candidates = named.isEmpty() ? all : named;
    List<Path> pth = candidates.stream().filter(file -> name(file).endsWith(".pth")).toList();
    if (candidates.size() > 1 && pth.size() == 1) {
      return Optional.of(pth.get(0));
    }
    if (candidates.size() > 1) {
      throw new ModelException(
          folder + " contains several checkpoints; name one, for example " + candidates.get(0));
    }
    return candidates.stream().findFirst();
  }

  /**
   * Returns whether a checkpoint is named like its folder or repository.
   *
   * @param file the checkpoint
   * @param ownName the name without its organization
   * @return true if the names differ only in the ending and in case
   */
  static boolean isNamed(Path file, String ownName) {
    String name = name(file);
    return name.substring(0, name.lastIndexOf('.')).equals(ownName.toLowerCase(Locale.ROOT));
  }

  private static List<Path> checkpointsIn(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> name(file).matches(".*\\.(pth|safetensors)"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new FileException(folder + " cannot be read: " + IoReason.of(e), e);
    }
  }
}
