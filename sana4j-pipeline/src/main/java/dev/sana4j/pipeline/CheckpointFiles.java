package dev.sana4j.pipeline;

import dev.sana4j.hub.HubException;
import dev.sana4j.hub.HubException.Reason;
import dev.sana4j.hub.HubRepository;
import dev.sana4j.hub.ModelName;
import dev.sana4j.pipeline.source.CheckpointModels;
import dev.sana4j.pipeline.source.ModelSource;
import dev.sana4j.pipeline.source.Origin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the checkpoint of a repository by the same rule in the cache and on the hub.
 *
 * @param checkpoints stores which checkpoint was chosen on the hub
 */
record CheckpointFiles(CheckpointModels checkpoints) {

  /**
   * Returns a downloaded checkpoint: the named file, the one that was chosen when the repository
   * was listed, or the one that is named like the repository.
   */
  Optional<Origin> cached(ModelName exact, Path snapshot) {
    if (Files.exists(snapshot.resolve("model_index.json")) && exact.path().isEmpty()) {
      return Optional.empty();
    }
    Optional<String> path =
        exact.path().isEmpty()
            ? checkpoints.chosen(exact.id()).or(() -> named(exact, snapshot))
            : Optional.of(exact.path()).filter(file -> ModelSource.isWeights(Path.of(file)));
    return path.filter(file -> Files.isRegularFile(snapshot.resolve(file)))
        .map(file -> Origin.of(new ModelName(exact.id(), file), snapshot.resolve(file)));
  }

  private static Optional<String> named(ModelName exact, Path snapshot) {
    String name = exact.lastName();
    return Stream.of("checkpoints/" + name + ".pth", name + ".pth", name + ".safetensors")
        .filter(path -> Files.isRegularFile(snapshot.resolve(path)))
        .findFirst();
  }

  /** Returns the only checkpoint in the cache, which may not be the only one on the hub. */
  static Optional<Origin> only(ModelName exact, Path snapshot) {
    if (!exact.path().isEmpty()
        || !(ModelSource.of(snapshot, exact.lastName()) instanceof ModelSource.Checkpoint found)) {
      return Optional.empty();
    }
    String path = snapshot.relativize(found.file()).toString().replace('\\', '/');
    return Optional.of(Origin.of(new ModelName(exact.id(), path), found.file()));
  }

  /** Returns the checkpoint to convert; empty for a model folder or a network with its config. */
  Optional<String> onHub(ModelName name, HubRepository repository) {
    if (ModelSource.isWeights(Path.of(name.path()))) {
      return Optional.of(name.path());
    }
    boolean whole = name.path().isEmpty();
    if (whole && (repository.isPipeline() || repository.network().isPresent())) {
      return Optional.empty();
    }
    Optional<String> found = whole ? repository.checkpoint() : repository.checkpoint(name.path());
    if (found.isEmpty() && !whole) {
      throw new HubException(
          Reason.NAME, name + " contains no checkpoint; give the repository, or a file in it");
    }
    if (whole) {
      found.ifPresent(path -> checkpoints.remember(repository.id(), path));
    }
    return found;
  }
}
