package dev.sana4j.hub;

import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.folder.NetworkFolder;
import dev.sana4j.hub.HubException.Reason;
import dev.sana4j.weights.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Downloads models by their names on a hub, {@code ORG/NAME[@REVISION]}. Downloads are stored in
 * the cache that is shared with the Hugging Face tools for Python.
 */
public final class HubModels {
  private final HubSettings settings;
  private final Retries retries;
  private final ToLongFunction<Path> freeSpace;
  private final HubCache cache;

  /**
   * Creates an access to a hub and a cache.
   *
   * @param settings hub and cache
   */
  public HubModels(HubSettings settings) {
    this(settings, Retries.USUAL, SnapshotDownload::usableSpace);
  }

  HubModels(HubSettings settings, Retries retries, ToLongFunction<Path> freeSpace) {
    this.settings = settings;
    this.retries = retries;
    this.freeSpace = freeSpace;
    this.cache = new HubCache(settings.cache(), settings.usesLinks());
  }

  /**
   * Returns the folder of a model that is complete in the cache; never uses the network.
   *
   * @param id the model
   * @return its folder; empty if it is missing or incomplete
   */
  public Optional<Path> cached(HubId id) {
    return cache.commit(id).map(commit -> cache.snapshot(id, commit)).filter(HubModels::isComplete);
  }

  /**
   * Returns whether the folder of a repository contains a complete model or network.
   *
   * @param folder a folder in the cache
   * @return false if a file is missing, or if it only contains single files
   */
  public static boolean isComplete(Path folder) {
    return state(folder) == CachedModel.State.COMPLETE;
  }

  /**
   * Returns the folder of a repository in the cache, whether it is complete or not; never uses the
   * network.
   *
   * @param id the repository
   * @return an existing folder; empty if nothing of this revision was downloaded
   */
  public Optional<Path> snapshot(HubId id) {
    return cache.commit(id).map(commit -> cache.snapshot(id, commit)).filter(Files::isDirectory);
  }

  /**
   * Returns the only commit of a repository in the cache, if its branch cannot be looked up. Tools
   * that download a commit by its hash store no branch.
   *
   * @param id the repository
   * @param failure the failed request to the hub
   * @return an existing folder; empty if the failure has another reason, or if there is not exactly
   *     one commit
   */
  public Optional<Path> onlySnapshot(HubId id, HubException failure) {
    boolean unknown = Set.of(Reason.OFFLINE, Reason.UNREACHABLE).contains(failure.reason());
    if (!unknown || !id.revision().equals(HubId.MAIN) || snapshot(id).isPresent()) {
      return Optional.empty();
    }
    List<Path> all =
        cache.snapshots().stream()
            .filter(each -> each.id().repository().equals(id.repository()))
            .map(HubCache.Snapshot::folder)
            .toList();
    return all.size() == 1 ? Optional.of(all.get(0)) : Optional.empty();
  }

  /**
   * Returns one line for the user about a commit that is used because its branch is unknown.
   *
   * @param id the repository
   * @param exact the name with the commit
   * @return one line
   */
  public static String onlyCommitNote(HubId id, String exact) {
    return "the cache does not contain the branch "
        + id.revision()
        + " of "
        + id.repository()
        + "; using its only commit, "
        + exact;
  }

  /**
   * Downloads the files for inference of the newest commit of a revision, as far as they are
   * missing. Prefers weights in bfloat16.
   *
   * @param id the model
   * @param listener is notified of the progress, and of the licence on the first download
   * @return its folder in the cache
   * @throws HubException if the download fails, or the model is not supported
   */
  public Path pull(HubId id, HubListener listener) {
    return fetch(id, null, listener);
  }

  /**
   * Downloads a model with a given variant of the weights.
   *
   * @param id the model
   * @param variant for example {@code fp16}; empty for the default variant
   * @param listener is notified of the progress, and of the licence on the first download
   * @return its folder in the cache
   * @throws HubException if the download fails, or the model is not supported
   */
  public Path pull(HubId id, String variant, HubListener listener) {
    return fetch(id, variant, listener);
  }

  private Path fetch(HubId id, @Nullable String variant, HubListener listener) {
    try (HubRepository repository = repository(id)) {
      return repository.pullModel(variant, listener);
    }
  }

  /**
   * Queries the newest commit of a repository and its files.
   *
   * @param id the repository
   * @return the repository, to be closed by the caller
   * @throws HubException if it does not exist, or the hub cannot be reached
   */
  public HubRepository repository(HubId id) {
    requireOnline(id);
    HubHttp http = new HubHttp(settings);
    try {
      return new HubRepository(http, retries, cache, freeSpace, id);
    } catch (RuntimeException | Error e) {
      http.close();
      throw e;
    }
  }

  /**
   * Downloads single files of a model.
   *
   * @param id the model
   * @param paths paths inside the repository
   * @param listener is notified of the progress
   * @return the downloaded files, in the same order
   * @throws HubException if one of them cannot be downloaded
   */
  public List<Path> pullFiles(HubId id, List<String> paths, HubListener listener) {
    if (settings.isOffline()) {
      return paths.stream().map(path -> cachedFile(id, path)).toList();
    }
    try (HubRepository repository = repository(id)) {
      repository.pull(paths, listener);
      return paths.stream().map(path -> repository.folder().resolve(path)).toList();
    }
  }

  private Path cachedFile(HubId id, String path) {
    Optional<String> commit = cache.commit(id);
    boolean known = commit.isPresent() && HubFile.isPath(path);
    if (known && Files.isRegularFile(cache.snapshot(id, commit.get()).resolve(path))) {
      return cache.snapshot(id, commit.get()).resolve(path);
    }
    if (known && cache.isKnownMissing(id, commit.get(), path)) {
      throw HubRepository.noSuchFile(id, path);
    }
    throw offline(path + " of " + id + " is not in " + settings.cache());
  }

  private static HubException offline(String what) {
    return new HubException(
        Reason.OFFLINE, what + ", and HF_HUB_OFFLINE is set; unset it to download the model");
  }

  private void requireOnline(HubId id) {
    if (settings.isOffline()) {
      throw offline(id + " is not complete in " + settings.cache());
    }
  }

  /**
   * Returns the folder of the cache.
   *
   * @return a folder that need not exist
   */
  public Path cacheFolder() {
    return cache.root();
  }

  /**
   * Parses a name as users write it.
   *
   * @param text any text
   * @return the name, or empty if the text is not a name of a model on the hub
   */
  public Optional<ModelName> name(String text) {
    return ModelName.of(text, settings.endpoint());
  }

  /**
   * Returns the SANA models in the cache.
   *
   * @return one entry per commit, ordered by name
   * @throws HubException if the cache cannot be read
   */
  public List<CachedModel> cached() {
    return cache.snapshots().stream()
        .filter(HubModels::isOurs)
        .map(
            snapshot ->
                new CachedModel(
                    snapshot.id().repository(),
                    String.valueOf(snapshot.folder().getFileName()),
                    snapshot.revisions(),
                    snapshot.folder(),
                    bytes(snapshot.folder()),
                    state(snapshot.folder()),
                    HubRepository.licenceOf(snapshot.folder()).name()))
        .toList();
  }

  private static boolean isOurs(HubCache.Snapshot snapshot) {
    String repository = snapshot.id().repository();
    if (KnownModel.find(repository).isPresent()) {
      return true;
    }
    try {
      return ModelFolder.open(snapshot.folder()).pipelineClass().startsWith("Sana");
    } catch (ModelException | CheckpointException e) {
      return false;
    }
  }

  private static CachedModel.State state(Path folder) {
    if (!Files.exists(folder.resolve(FileSelection.INDEX))) {
      return NetworkFolder.isComplete(folder)
          ? CachedModel.State.COMPLETE
          : CachedModel.State.FILES;
    }
    try {
      ModelFolder model = ModelFolder.open(folder);
      if (model.missing().isEmpty()) {
        return CachedModel.State.COMPLETE;
      }
      boolean parts =
          model.isComplete(Part.VAE)
              && model.isComplete(Part.TEXT_ENCODER)
              && !model.hasFilesOf(Part.SCHEDULER);
      return parts ? CachedModel.State.PARTS : CachedModel.State.INCOMPLETE;
    } catch (CheckpointException e) {
      return CachedModel.State.INCOMPLETE;
    }
  }

  private static long bytes(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      Set<Path> counted = new HashSet<>();
      long bytes = 0;
      for (Path path : all.filter(Files::isRegularFile).toList()) {
        if (counted.add(path.toRealPath())) {
          bytes += Files.size(path);
        }
      }
      return bytes;
    } catch (IOException e) {
      throw HubCache.failure(folder, "cannot be read", e);
    }
  }
}
