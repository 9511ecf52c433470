package dev.sana4j.pipeline;

import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.folder.NetworkFolder;
import dev.sana4j.hub.HubException;
import dev.sana4j.hub.HubListener;
import dev.sana4j.hub.HubModels;
import dev.sana4j.hub.HubRepository;
import dev.sana4j.hub.KnownModel;
import dev.sana4j.hub.ModelName;
import dev.sana4j.pipeline.source.CheckpointModels;
import dev.sana4j.pipeline.source.ModelSource;
import dev.sana4j.pipeline.source.Origin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Finds single parts of models and downloads only their files.
 *
 * @param models finds whole models and checkpoints
 * @param hub the hub and its cache
 * @param checkpoints the converted checkpoints
 * @param listener is notified of the progress
 */
record PartLocator(
    ModelLocator models, HubModels hub, CheckpointModels checkpoints, HubListener listener) {

  /** Finds a part, as {@link ModelLocator#part}. */
  Path find(String name, Part part) {
    Optional<Path> present = ModelLocator.present(name);
    if (present.isPresent()) {
      boolean isNetwork = ModelSource.of(present.get()) instanceof ModelSource.Network;
      Origin origin = Origin.of(present.get(), name);
      return partOf(isNetwork ? present.get() : models.folder(origin, null, listener), part);
    }
    ModelName onHub = hub.name(name).orElseThrow(() -> ModelLocator.noModel(name));
    Optional<Path> cached =
        hub.snapshot(onHub.id()).flatMap(folder -> cachedPart(onHub, folder, part));
    if (cached.isPresent()) {
      return cached.get();
    }
    try (HubRepository repository = hub.repository(onHub.id())) {
      return downloadedPart(onHub, repository, part);
    } catch (HubException e) {
      return hub.onlySnapshot(onHub.id(), e)
          .flatMap(folder -> cachedPart(onHub, folder, part))
          .orElseThrow(() -> e);
    }
  }

  private Path downloadedPart(ModelName name, HubRepository repository, Part part) {
    if (repository.isPipeline() && isWholeOr(name, part)) {
      repository.pull(List.of("model_index.json"), listener);
      for (Part each : together(part)) {
        repository.pull(repository.files(each), listener);
      }
      return partOf(repository.folder(), part);
    }
    if (part == Part.TEXT_ENCODER && !repository.files(part).isEmpty()) {
      return textEncoder(repository);
    }
    return partOf(models.download(name, repository, null, listener).folder(), part);
  }

  /** A name may end in the folder of the part. */
  private static boolean isWholeOr(ModelName name, Part part) {
    return name.path().isEmpty() || name.path().equals(part.folder());
  }

  private Optional<Path> cachedPart(ModelName name, Path snapshot, Part part) {
    if (isWholeOr(name, part) && hasPart(snapshot, part)) {
      return Optional.of(partOf(snapshot, part));
    }
    ModelName exact = name.at(String.valueOf(snapshot.getFileName()));
    boolean text = part == Part.TEXT_ENCODER && name.path().isEmpty();
    if (text && isTextEncoder(name) && CheckpointModels.hasTextEncoder(snapshot)) {
      return Optional.of(checkpoints.textEncoder(Origin.of(exact, snapshot), listener));
    }
    return new CheckpointFiles(checkpoints)
        .cached(exact, snapshot)
        .map(origin -> partOf(checkpoints.folder(origin, null, listener), part));
  }

  /** A text encoder is useful only with its tokenizer. */
  private static List<Part> together(Part part) {
    return part == Part.TEXT_ENCODER ? List.of(part, Part.TOKENIZER) : List.of(part);
  }

  private static boolean hasPart(Path snapshot, Part part) {
    return Files.isRegularFile(snapshot.resolve("model_index.json"))
        ? together(part).stream().allMatch(ModelFolder.open(snapshot)::isComplete)
        : NetworkFolder.part(snapshot).equals(Optional.of(part))
            && NetworkFolder.isComplete(snapshot);
  }

  private static Path partOf(Path folder, Part part) {
    if (Files.isRegularFile(folder.resolve("model_index.json"))) {
      return ModelFolder.open(folder).path(part);
    }
    Optional<Part> kind = NetworkFolder.part(folder);
    if (!kind.equals(Optional.of(part))) {
      throw new ModelException(
          folder
              + " does not contain a "
              + part.folder()
              + kind.map(other -> "; it is a " + other.folder()).orElse(""));
    }
    return folder;
  }

  /** Downloads a repository of a text encoder and its tokenizer. */
  Path textEncoder(HubRepository repository) {
    for (Part part : together(Part.TEXT_ENCODER)) {
      repository.pull(repository.files(part), listener);
    }
    return checkpoints.textEncoder(
        Origin.of(new ModelName(repository.id(), ""), repository.folder()), listener);
  }

  /** Returns whether a repository is the published mirror of the text encoder. */
  static boolean isTextEncoder(ModelName name) {
    return KnownModel.find(name.id().repository())
        .filter(known -> known.kind() == KnownModel.Kind.TEXT_ENCODER)
        .isPresent();
  }
}
