package dev.sana4j.hub;

import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.hub.HubException.Reason;
import dev.sana4j.weights.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds and downloads models by name: a folder, or {@code ORG/NAME[@REVISION]} on a hub. Downloads
 * are stored in the cache that is shared with the Hugging Face tools for Python.
 *
 * <p>A model that is complete in the cache is used without network access; {@link #pull(HubId,
 * HubListener)} updates it to the newest commit of its branch.
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
   * Returns the folder of a model, downloading it if necessary. A local folder with this name takes
   * precedence over a model on the hub.
   *
   * @param name a folder, or {@code ORG/NAME[@REVISION]}
   * @param listener is notified of the progress of a download
   * @return an existing folder
   * @throws ModelException if it is neither a folder nor a valid name
   * @throws HubException if the download fails
   */
  public Path folder(String name, HubListener listener) {
    Optional<Path> local = local(name);
    if (local.isPresent()) {
      return local.get();
    }
    HubId id =
        HubId.of(name)
            .orElseThrow(
                () ->
                    new ModelException(
                        "there is no folder "
                            + name
                            + "; give a model folder, or the name of a model on the hub as"
                            + " ORG/NAME"));
    Optional<Path> cached = cached(id);
    if (cached.isPresent()) {
      return cached.get();
    }
    try {
      return pull(id, listener);
    } catch (HubException e) {
      boolean mayBeFolder =
          Set.of(Reason.NOT_FOUND, Reason.OFFLINE, Reason.UNREACHABLE).contains(e.reason());
      throw mayBeFolder
          ? new HubException(
              e.reason(), "there is no folder " + name + ", and " + e.getMessage(), e)
          : e;
    }
  }

  /**
   * Opens a model in the diffusers layout, downloading it if necessary.
   *
   * @param name a folder, or {@code ORG/NAME[@REVISION]}
   * @param listener is notified of the progress of a download
   * @return the model
   * @throws ModelException if it is not a model folder
   * @throws HubException if the download fails
   */
  public ModelFolder open(String name, HubListener listener) {
    return ModelFolder.open(folder(name, listener));
  }

  private static Optional<Path> local(String name) {
    try {
      return Optional.of(Path.of(name)).filter(Files::exists);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns the folder of a model that is complete in the cache; never uses the network.
   *
   * @param id the model
   * @return its folder; empty if it is missing or incomplete
   */
  public Optional<Path> cached(HubId id) {
    return cache
        .commit(id)
        .map(commit -> cache.snapshot(id, commit))
        .filter(folder -> state(folder) == CachedModel.State.COMPLETE);
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
    requireOnline(id);
    try (HubHttp http = new HubHttp(settings)) {
      HubApi api = new HubApi(http, retries, id);
      HubApi.Revision revision = api.revision();
      HubId commit = id.at(revision.commit());
      Path folder = cache.snapshot(id, revision.commit());
      boolean isNew = isNew(id, folder);
      var selection = new FileSelection(id, api.files(revision.commit()), variant);
      List<HubFile> needed = selection.needed();
      download(http, HubListener.SILENT).run(commit, selection.index());
      requirePipeline(id, folder);
      if (isNew) {
        listener.note(Licence.of(id, revision).notice(id));
      }
      download(http, listener).run(commit, needed);
      requireComplete(id, folder);
      cache.remember(id, revision.commit());
      return folder;
    }
  }

  /** Returns whether no download of the model has been completed. */
  private boolean isNew(HubId id, Path folder) {
    return !Files.isDirectory(cache.model(id).resolve("refs"))
        && state(folder) != CachedModel.State.COMPLETE;
  }

  private SnapshotDownload download(HubHttp http, HubListener listener) {
    return new SnapshotDownload(http, retries, cache, freeSpace, listener);
  }

  /** Checks the kind of model before gigabytes are downloaded. */
  private static void requirePipeline(HubId id, Path folder) {
    if (Files.exists(folder.resolve(FileSelection.INDEX))) {
      String pipeline = ModelFolder.open(folder).pipelineClass();
      if (!pipeline.startsWith("Sana")) {
        throw new HubException(
            Reason.UNSUITABLE,
            id + " is a " + pipeline + ", not a SANA pipeline; nothing was downloaded");
      }
    }
  }

  private static void requireComplete(HubId id, Path folder) {
    if (Files.exists(folder.resolve(FileSelection.INDEX))) {
      ModelFolder.open(folder)
          .missing()
          .ifPresent(
              missing -> {
                throw new HubException(
                    Reason.UNSUITABLE, id + " is incomplete on the hub: " + missing);
              });
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
    try (HubHttp http = new HubHttp(settings)) {
      HubApi api = new HubApi(http, retries, id);
      HubApi.Revision revision = api.revision();
      List<HubFile> all = api.files(revision.commit());
      List<HubFile> named = new ArrayList<>();
      for (String path : paths) {
        named.add(named(all, path).orElseThrow(() -> missing(id, revision.commit(), path)));
      }
      if (isNew(id, cache.snapshot(id, revision.commit()))) {
        listener.note(Licence.of(id, revision).notice(id));
      }
      download(http, listener).run(id.at(revision.commit()), named);
      cache.remember(id, revision.commit());
      Path folder = cache.snapshot(id, revision.commit());
      return named.stream().map(file -> folder.resolve(file.path())).toList();
    }
  }

  private Path cachedFile(HubId id, String path) {
    Optional<String> commit = cache.commit(id);
    boolean known = commit.isPresent() && HubFile.isPath(path);
    if (known && Files.isRegularFile(cache.snapshot(id, commit.get()).resolve(path))) {
      return cache.snapshot(id, commit.get()).resolve(path);
    }
    if (known && cache.isKnownMissing(id, commit.get(), path)) {
      throw noSuchFile(id, path);
    }
    throw offline(path + " of " + id + " is not in " + settings.cache());
  }

  private static HubException noSuchFile(HubId id, String path) {
    return new HubException(
        Reason.NOT_FOUND, id + " has no file " + path + "; see the page of the model");
  }

  private static HubException offline(String what) {
    return new HubException(
        Reason.OFFLINE, what + ", and HF_HUB_OFFLINE is set; unset it to download the model");
  }

  private static Optional<HubFile> named(List<HubFile> all, String path) {
    return all.stream().filter(file -> file.path().equals(path)).findFirst();
  }

  private HubException missing(HubId id, String commit, String path) {
    if (HubFile.isPath(path)) {
      cache.rememberMissing(id, commit, path);
    }
    return noSuchFile(id, path);
  }

  private void requireOnline(HubId id) {
    if (settings.isOffline()) {
      throw offline(id + " is not complete in " + settings.cache());
    }
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
                    state(snapshot.folder())))
        .toList();
  }

  private static boolean isOurs(HubCache.Snapshot snapshot) {
    String repository = snapshot.id().repository();
    if (KnownModel.find(repository).isPresent() || KnownModel.twin(repository).isPresent()) {
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
      return ModelFolder.isNetwork(folder) ? CachedModel.State.COMPLETE : CachedModel.State.FILES;
    }
    try {
      return ModelFolder.open(folder).missing().isEmpty()
          ? CachedModel.State.COMPLETE
          : CachedModel.State.INCOMPLETE;
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
