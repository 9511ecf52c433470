package dev.sana4j.pipeline;

import dev.sana4j.files.CacheFolder;
import dev.sana4j.folder.BundledModels;
import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.folder.NetworkFolder;
import dev.sana4j.hub.HubException;
import dev.sana4j.hub.HubException.Reason;
import dev.sana4j.hub.HubListener;
import dev.sana4j.hub.HubModels;
import dev.sana4j.hub.HubRepository;
import dev.sana4j.hub.HubSettings;
import dev.sana4j.hub.ModelName;
import dev.sana4j.pipeline.source.CheckpointModels;
import dev.sana4j.pipeline.source.KnownMemory;
import dev.sana4j.pipeline.source.ModelSource;
import dev.sana4j.pipeline.source.Origin;
import dev.sana4j.tensor.DType;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds a model by its name. A name is, in this order:
 *
 * <ul>
 *   <li>a model folder, or a checkpoint in the original layout ({@code .pth} or {@code
 *       .safetensors}), on this machine
 *   <li>a bundled model
 *   <li>a model on the hub, see {@link ModelName}
 * </ul>
 *
 * <p>A checkpoint contains only a transformer. It is converted once to a model folder in the cache,
 * with the other parts of a published model.
 */
public final class ModelLocator {
  private static final String CONVERTED = "models";

  private final HubModels hub;
  private final CheckpointModels checkpoints;
  private final CheckpointFiles files;

  /**
   * Creates a locator that keeps converted models in the {@link CacheFolder}.
   *
   * @param settings of the hub
   */
  public ModelLocator(HubSettings settings) {
    this(settings, CacheFolder.path().resolve(CONVERTED));
  }

  /**
   * Creates a locator.
   *
   * @param settings of the hub
   * @param converted folder of the converted models; created if missing
   */
  public ModelLocator(HubSettings settings, Path converted) {
    hub = new HubModels(settings);
    checkpoints = new CheckpointModels(hub, converted);
    files = new CheckpointFiles(checkpoints);
  }

  /**
   * A model on this machine.
   *
   * @param name a name that always refers to the same model: with the commit if it is on the hub
   * @param folder the model folder, or the folder of a single network
   */
  public record Located(String name, Path folder) {
    /**
     * Opens the model.
     *
     * @return the model
     * @throws ModelException if it is a single network
     */
    public ModelFolder open() {
      Optional<Part> part =
          Files.exists(folder.resolve("model_index.json"))
              ? Optional.empty()
              : NetworkFolder.part(folder);
      if (part.isPresent()) {
        throw new ModelException(
            name + " is not a whole model, only a network for " + part.get().folder() + "/");
      }
      return ModelFolder.open(folder);
    }
  }

  /**
   * Finds a model or one of its networks; downloads and converts it if necessary.
   *
   * @param name see above
   * @param dtype dtype of the weights of a converted checkpoint; null for that of the file
   * @param listener is notified of the progress
   * @return the model
   * @throws ModelException if it is not the name of a model
   * @throws HubException if a download fails
   * @throws dev.sana4j.weights.CheckpointException if a checkpoint is damaged or not supported
   */
  public Located locate(String name, @Nullable DType dtype, HubListener listener) {
    Optional<Path> present = present(name);
    if (present.isPresent()) {
      return new Located(name, folder(Origin.of(present.get(), name), dtype, listener));
    }
    ModelName onHub = hub.name(name).orElseThrow(() -> noModel(name));
    try {
      return onHub(onHub, dtype, listener);
    } catch (HubException e) {
      boolean mayBeFolder =
          Set.of(Reason.NOT_FOUND, Reason.OFFLINE, Reason.UNREACHABLE).contains(e.reason())
              && !name.contains("://");
      throw mayBeFolder
          ? new HubException(
              e.reason(), "there is no folder " + name + ", and " + e.getMessage(), e)
          : e;
    }
  }

  static ModelException noModel(String name) {
    return new ModelException(
        (name.matches(".*\\.(pth|safetensors)") ? "there is no file " : "there is no folder ")
            + name
            + "; give a model folder, a checkpoint, or the name of a model on the hub as ORG/NAME");
  }

  private Located onHub(ModelName name, @Nullable DType dtype, HubListener listener) {
    Optional<Located> complete =
        hub.snapshot(name.id()).flatMap(folder -> inCache(name, folder, dtype, listener));
    if (complete.isPresent()) {
      return complete.get();
    }
    try (HubRepository repository = hub.repository(name.id())) {
      KnownMemory.require(name.id().repository(), listener);
      return download(name, repository, dtype, listener);
    } catch (HubException e) {
      return withoutHub(name, e, dtype, listener).orElseThrow(() -> e);
    }
  }

  /** Returns what the cache contains if the hub cannot be reached. */
  private Optional<Located> withoutHub(
      ModelName name, HubException failure, @Nullable DType dtype, HubListener listener) {
    Optional<Path> only = hub.onlySnapshot(name.id(), failure);
    if (only.isPresent()) {
      String commit = name.id().at(String.valueOf(only.get().getFileName())).toString();
      listener.note(HubModels.onlyCommitNote(name.id(), commit));
      return inCache(name, only.get(), dtype, listener)
          .or(() -> onlyCheckpoint(name, only.get(), dtype, listener));
    }
    boolean unreachable =
        failure.reason() == Reason.OFFLINE || failure.reason() == Reason.UNREACHABLE;
    return hub.snapshot(name.id())
        .filter(folder -> unreachable)
        .flatMap(folder -> onlyCheckpoint(name, folder, dtype, listener));
  }

  private Optional<Located> onlyCheckpoint(
      ModelName name, Path snapshot, @Nullable DType dtype, HubListener listener) {
    ModelName exact = name.at(String.valueOf(snapshot.getFileName()));
    return CheckpointFiles.only(exact, snapshot)
        .map(origin -> new Located(exact.toString(), checkpoints.folder(origin, dtype, listener)));
  }

  /**
   * Downloads the newest commit of a model on the hub, as far as it is missing; converts a
   * checkpoint.
   *
   * @param name a name of a model on the hub
   * @param variant variant of the weights of a model folder; null for the preferred one
   * @param listener is notified of the progress
   * @return the model
   * @throws ModelException if it is not a name of a model on the hub
   * @throws HubException if a download fails
   */
  public Located pull(String name, @Nullable String variant, HubListener listener) {
    ModelName onHub = hub.name(name).orElseThrow(() -> noModel(name));
    try (HubRepository repository = hub.repository(onHub.id())) {
      return variant == null
          ? download(onHub, repository, null, listener)
          : new Located(
              onHub.at(repository.id().revision()).toString(),
              repository.pullModel(variant, listener));
    }
  }

  /** Returns a model whose files are all in the hub's cache. */
  private Optional<Located> inCache(
      ModelName name, Path snapshot, @Nullable DType dtype, HubListener listener) {
    ModelName exact = name.at(String.valueOf(snapshot.getFileName()));
    Optional<Origin> checkpoint = files.cached(exact, snapshot);
    if (checkpoint.isPresent()) {
      return Optional.of(
          new Located(exact.toString(), checkpoints.folder(checkpoint.get(), dtype, listener)));
    }
    return exact.path().isEmpty() && HubModels.isComplete(snapshot)
        ? Optional.of(
            new Located(exact.toString(), folder(Origin.of(exact, snapshot), dtype, listener)))
        : Optional.empty();
  }

  Located download(
      ModelName name, HubRepository repository, @Nullable DType dtype, HubListener listener) {
    ModelName exact = name.at(repository.id().revision());
    if (PartLocator.isTextEncoder(name) && name.path().isEmpty()) {
      return new Located(
          exact.toString(),
          new PartLocator(this, hub, checkpoints, listener).textEncoder(repository));
    }
    Optional<String> checkpoint = files.onHub(name, repository);
    Path folder =
        checkpoint.isPresent()
            ? checkpoints.download(repository, checkpoint.get(), dtype, listener)
            : folder(Origin.of(exact, repository.pullModel(null, listener)), dtype, listener);
    return new Located(exact.toString(), folder);
  }

  /** Returns the model folder of a path, converting a checkpoint if necessary. */
  Path folder(Origin origin, @Nullable DType dtype, HubListener listener) {
    ModelSource source = ModelSource.of(origin.path());
    if (source instanceof ModelSource.Checkpoint checkpoint) {
      Origin file =
          checkpoint.file().equals(origin.path())
              ? origin
              : new Origin(
                  checkpoint.file(),
                  origin.name(),
                  origin.hint() + "/" + checkpoint.file().getFileName());
      return checkpoints.folder(file, dtype, listener);
    }
    if (source instanceof ModelSource.Network network && network.part() == Part.TRANSFORMER) {
      return checkpoints.folder(origin, dtype, listener);
    }
    return source instanceof ModelSource.Pipeline pipeline ? pipeline.folder() : origin.path();
  }

  /**
   * Finds a checkpoint in the original layout without converting it; downloads it if necessary.
   *
   * @param name a checkpoint, or a folder or repository with one checkpoint
   * @param listener is notified of the progress
   * @return the file; empty if the name refers to a model folder, a network, or nothing
   * @throws HubException if a download fails
   */
  public Optional<Origin> checkpoint(String name, HubListener listener) {
    Optional<Path> present = present(name);
    if (present.isPresent()) {
      return ModelSource.of(present.get()) instanceof ModelSource.Checkpoint found
          ? Optional.of(Origin.of(found.file(), name))
          : Optional.empty();
    }
    Optional<ModelName> onHub = hub.name(name);
    if (onHub.isEmpty()) {
      return Optional.empty();
    }
    Optional<Path> snapshot = hub.snapshot(onHub.get().id());
    Optional<Origin> cached =
        snapshot.flatMap(
            folder -> files.cached(onHub.get().at(String.valueOf(folder.getFileName())), folder));
    if (cached.isPresent()) {
      return cached;
    }
    if (snapshot.filter(HubModels::isComplete).isPresent()) {
      return Optional.empty();
    }
    try (HubRepository repository = hub.repository(onHub.get().id())) {
      Optional<String> path = files.onHub(onHub.get(), repository);
      path.ifPresent(file -> repository.pull(List.of(file), listener));
      return path.map(
          file ->
              Origin.of(new ModelName(repository.id(), file), repository.folder().resolve(file)));
    }
  }

  /**
   * Returns a model folder of the published parts that a transformer lacks; downloads them if
   * necessary.
   *
   * @param origin a checkpoint of a transformer
   * @param listener is notified of the progress
   * @return a model folder without the weights of a transformer
   * @throws HubException if a part is not available
   */
  public ModelFolder publishedParts(Origin origin, HubListener listener) {
    return checkpoints.base(origin, listener);
  }

  /**
   * Finds one part of a model; downloads only its files.
   *
   * @param name a model, a repository or folder of the part itself, or a checkpoint of an
   *     autoencoder
   * @param part the text encoder or the autoencoder
   * @param listener is notified of the progress
   * @return the folder of the part
   * @throws ModelException if it does not contain the part
   * @throws HubException if a download fails
   */
  public Path part(String name, Part part, HubListener listener) {
    return new PartLocator(this, hub, checkpoints, listener).find(name, part);
  }

  /**
   * Returns the folder of a model or of one of its networks; downloads and converts it if
   * necessary.
   *
   * @param name see above
   * @param listener is notified of the progress
   * @return an existing folder
   * @throws ModelException if it is not the name of a model
   * @throws HubException if a download fails
   */
  public Path folder(String name, HubListener listener) {
    return locate(name, null, listener).folder();
  }

  /**
   * Returns a model if it is on this machine; never downloads, but may convert a checkpoint whose
   * other parts are in the cache.
   *
   * @param name see above
   * @param dtype dtype of the weights if a checkpoint must be converted; null for that of the file
   * @param listener is notified of the progress
   * @return the model; empty if it is missing
   */
  public Optional<Located> local(String name, @Nullable DType dtype, HubListener listener) {
    Optional<Path> present = present(name);
    if (present.isPresent()) {
      Origin origin = Origin.of(present.get(), name);
      return Optional.of(new Located(name, folder(origin, existing(origin, dtype), listener)));
    }
    return hub.name(name)
        .flatMap(
            onHub ->
                hub.snapshot(onHub.id())
                    .flatMap(
                        folder ->
                            inCache(onHub, folder, existing(onHub, folder, dtype), listener)));
  }

  /** Prefers weights that were converted without rounding, which serve every precision. */
  private @Nullable DType existing(Origin origin, @Nullable DType dtype) {
    return checkpoints.existing(origin, null).isPresent() ? null : dtype;
  }

  private @Nullable DType existing(ModelName name, Path snapshot, @Nullable DType dtype) {
    ModelName exact = name.at(String.valueOf(snapshot.getFileName()));
    Optional<Origin> checkpoint = files.cached(exact, snapshot);
    return checkpoint.isPresent() ? existing(checkpoint.get(), dtype) : dtype;
  }

  /**
   * Returns the model folders that were made of checkpoints.
   *
   * @return the models in the order of their folders
   */
  public List<CheckpointModels.Converted> converted() {
    return checkpoints.all();
  }

  /**
   * Returns whether a text can be the name of a model.
   *
   * @param name any text
   * @return true for an existing path, a bundled model, and a valid name of a model on the hub
   */
  public boolean isName(String name) {
    return present(name).isPresent() || hub.name(name).isPresent();
  }

  /**
   * Returns an existing path, or the folder of a bundled model.
   *
   * @param name a file, a folder or a bundled model
   * @return the path; empty if there is none
   */
  public static Optional<Path> present(String name) {
    return exists(name)
        ? Optional.of(Path.of(name))
        : ServiceLoader.load(BundledModels.class).stream()
            .flatMap(models -> models.get().open(name).stream())
            .findFirst()
            .map(ModelFolder::root);
  }

  private static boolean exists(String name) {
    try {
      return Files.exists(Path.of(name));
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
