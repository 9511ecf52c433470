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
 * Models by name: a folder, or {@code ORG/NAME[@REVISION]} on a hub, kept in the cache that the
 * Hugging Face tools for Python have too.
 *
 * <p>A model that is complete in the cache is used as it is, without asking the network; {@link
 * #pull(HubId, HubListener)} fetches what its branch has become since.
 */
public final class HubModels {
  private final HubSettings settings;
  private final Retries retries;
  private final ToLongFunction<Path> freeSpace;
  private final HubCache cache;

  /**
   * Models of a hub and a cache.
   *
   * @param settings which
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
   * The folder of a model, fetched first if it is not there. A folder of that name comes before a
   * model on the hub.
   *
   * @param name a folder, or {@code ORG/NAME[@REVISION]}
   * @param listener receives the progress of a download
   * @return an existing folder
   * @throws ModelException if it is neither a folder nor a name
   * @throws HubException if it cannot be had from the hub
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
   * The same as a model in the diffusers layout.
   *
   * @param name a folder, or {@code ORG/NAME[@REVISION]}
   * @param listener receives the progress of a download
   * @return the model
   * @throws ModelException if it is not a model folder
   * @throws HubException if it cannot be had from the hub
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
   * A model that is in the cache with all its parts; the network is not asked.
   *
   * @param id the model
   * @return its folder
   */
  public Optional<Path> cached(HubId id) {
    return cache
        .commit(id)
        .map(commit -> cache.snapshot(id, commit))
        .filter(folder -> state(folder) == CachedModel.State.COMPLETE);
  }

  /**
   * Fetches what inference needs of the newest commit of a revision, as far as it is not there.
   * Weights are those in bfloat16 where there are several.
   *
   * @param id the model
   * @param listener receives the progress, and the licence the first time
   * @return its folder in the cache
   * @throws HubException if it cannot be had, or is nothing for sana4j
   */
  public Path pull(HubId id, HubListener listener) {
    return fetch(id, null, listener);
  }

  /**
   * The same with another variant of the weights.
   *
   * @param id the model
   * @param variant for example {@code fp16}; empty for the one without a name
   * @param listener receives the progress, and the licence the first time
   * @return its folder in the cache
   * @throws HubException if it cannot be had, or is nothing for sana4j
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

  /** Whether no download of the model has completed. */
  private boolean isNew(HubId id, Path folder) {
    return !Files.isDirectory(cache.model(id).resolve("refs"))
        && state(folder) != CachedModel.State.COMPLETE;
  }

  private SnapshotDownload download(HubHttp http, HubListener listener) {
    return new SnapshotDownload(http, retries, cache, freeSpace, listener);
  }

  /** Before gigabytes of another kind of model come. */
  private static void requirePipeline(HubId id, Path folder) {
    if (Files.exists(folder.resolve(FileSelection.INDEX))) {
      String pipeline = ModelFolder.open(folder).pipelineClass();
      if (!pipeline.startsWith("Sana")) {
        throw new HubException(
            Reason.UNSUITABLE, id + " is a " + pipeline + ", not one of SANA; nothing was fetched");
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
                    Reason.UNSUITABLE, id + " is not complete on the hub itself: " + missing);
              });
    }
  }

  /**
   * Fetches files of a model by their names.
   *
   * @param id the model
   * @param paths of files inside the repository
   * @param listener receives the progress
   * @return where they are, in the same order
   * @throws HubException if one of them cannot be had
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
    throw offline(id + " is not in " + settings.cache() + " with " + path);
  }

  private static HubException noSuchFile(HubId id, String path) {
    return new HubException(Reason.NOT_FOUND, id + " has no file " + path + "; see its page");
  }

  private static HubException offline(String what) {
    return new HubException(
        Reason.OFFLINE,
        what + " and HF_HUB_OFFLINE is set; unset it, or fetch the model where there is a network");
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
   * What the cache holds of SANA's family and of pipelines of its kind.
   *
   * @return one entry a commit, by name
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
