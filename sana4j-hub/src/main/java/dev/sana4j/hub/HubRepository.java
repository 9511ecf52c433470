package dev.sana4j.hub;

import dev.sana4j.files.SanaException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.folder.NetworkFolder;
import dev.sana4j.hub.HubException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One commit of a repository on the hub: lists its files and downloads some of them to the cache.
 * Made by {@link HubModels#repository}.
 */
public final class HubRepository implements AutoCloseable {
  private static final int LONGEST_TEXT = 1 << 16;

  private final HubHttp http;
  private final Retries retries;
  private final HubCache cache;
  private final ToLongFunction<Path> freeSpace;
  private final HubId asked;
  private final HubId id;
  private final HubApi.Revision revision;
  private final List<HubFile> files;
  private final boolean isNew;
  private boolean toldLicence;

  HubRepository(
      HubHttp http, Retries retries, HubCache cache, ToLongFunction<Path> freeSpace, HubId asked) {
    this.http = http;
    this.retries = retries;
    this.cache = cache;
    this.freeSpace = freeSpace;
    this.asked = asked;
    HubApi api = new HubApi(http, retries, asked);
    this.revision = api.revision();
    this.id = asked.at(revision.commit());
    this.files = api.files(revision.commit());
    this.isNew = !Files.isDirectory(cache.model(asked).resolve("refs"));
  }

  /**
   * Returns the repository at its commit.
   *
   * @return a name that always refers to the same files
   */
  public HubId id() {
    return id;
  }

  /**
   * Returns the folder of the commit in the cache.
   *
   * @return a folder that contains the files downloaded so far
   */
  public Path folder() {
    return cache.snapshot(id, id.revision());
  }

  /**
   * Returns the paths of all files.
   *
   * @return paths inside the repository
   */
  public List<String> paths() {
    return files.stream().map(HubFile::path).toList();
  }

  /**
   * Returns the size of a file.
   *
   * @param path a file of the repository
   * @return the size in bytes
   * @throws HubException if it does not exist
   */
  public long size(String path) {
    return named(List.of(path)).get(0).size();
  }

  /**
   * Returns whether the repository is a model folder in the diffusers layout.
   *
   * @return true if it contains {@code model_index.json}
   */
  public boolean isPipeline() {
    return selection(null).isPipeline();
  }

  /**
   * Returns the kind of a repository of one network, from its config. Downloads the config.
   *
   * @return the part of a model that it is; empty if it has no config of a supported network
   * @throws HubException if the config cannot be downloaded
   */
  public Optional<Part> network() {
    FileSelection selection = selection(null);
    if (selection.isPipeline() || selection.index().isEmpty()) {
      return Optional.empty();
    }
    fetch(selection.index(), HubListener.SILENT);
    return NetworkFolder.part(folder());
  }

  /**
   * Returns the path of the checkpoint in the original layout: the file named like the repository,
   * else the only one.
   *
   * @return a path of a {@code .pth} or {@code .safetensors} file; empty if there is none
   * @throws HubException if there are several, and none is named like the repository
   */
  public Optional<String> checkpoint() {
    return selection(null).checkpoint().map(HubFile::path);
  }

  /**
   * Returns the path of the checkpoint in a folder, by the same rule.
   *
   * @param folder a path in the repository
   * @return a path of a {@code .pth} or {@code .safetensors} file; empty if there is none
   * @throws HubException if there are several, and none is named like the repository
   */
  public Optional<String> checkpoint(String folder) {
    return selection(null).checkpoint(folder).map(HubFile::path);
  }

  /**
   * Returns the files of one part of a model: of its folder in a model folder, else the files at
   * the top level.
   *
   * @param part the part
   * @return paths inside the repository; empty if it does not contain the part
   * @throws HubException if the part has no weights that sana4j can read
   */
  public List<String> files(Part part) {
    FileSelection selection = selection(null);
    if (selection.isPipeline()) {
      return paths(selection.part(part));
    }
    return paths(part == Part.TOKENIZER ? selection.smallFiles() : selection.flat(part));
  }

  private static List<String> paths(List<HubFile> files) {
    return files.stream().map(HubFile::path).toList();
  }

  /**
   * Returns the number of bytes that must be downloaded.
   *
   * @param paths files of the repository
   * @return the size of those that are not in the cache, without the parts already downloaded
   */
  public long missingBytes(Collection<String> paths) {
    return download(HubListener.SILENT).missingBytes(id, named(paths));
  }

  /**
   * Downloads files that are not in the cache, and stores the commit of the revision.
   *
   * @param paths files of the repository
   * @param listener is notified of the progress, and of the licence on the first download
   * @throws HubException if a file does not exist, or cannot be downloaded
   */
  public void pull(Collection<String> paths, HubListener listener) {
    List<HubFile> wanted = named(paths);
    tellLicence(listener);
    fetch(wanted, listener);
    cache.remember(asked, id.revision());
  }

  /**
   * Downloads the files of a model folder or a single network. The class of the pipeline and its
   * parts is checked before weights are downloaded.
   *
   * @param variant variant of the weights; null for the preferred one
   * @param listener is notified of the progress, and of the licence on the first download
   * @return the folder in the cache
   * @throws HubException if the download fails, or the model is not supported
   */
  public Path pullModel(@Nullable String variant, HubListener listener) {
    FileSelection selection = selection(variant);
    List<HubFile> needed;
    if (selection.isPipeline()) {
      needed = selection.pipeline();
      fetch(selection.index(), HubListener.SILENT);
      requirePipeline();
      for (Part part : selection.partsWithoutVariant()) {
        listener.note(
            "%s has no variant '%s' of %s; using another one"
                .formatted(id.repository(), variant, part.folder()));
      }
    } else {
      needed = network().map(selection::flat).orElse(List.of());
      if (needed.isEmpty()) {
        throw selection.unsuitable();
      }
    }
    tellLicence(listener);
    fetch(needed, listener);
    requireComplete();
    cache.remember(asked, id.revision());
    return folder();
  }

  private void requirePipeline() {
    ModelFolder model = ModelFolder.open(folder());
    String pipeline = model.pipelineClass();
    if (!pipeline.startsWith("Sana")) {
      throw new HubException(
          Reason.UNSUITABLE,
          id.repository() + " is a " + pipeline + ", not a SANA pipeline; nothing was downloaded");
    }
    try {
      model.requireClasses();
    } catch (SanaException e) {
      throw new HubException(Reason.UNSUITABLE, e.getMessage() + "; nothing was downloaded", e);
    }
  }

  private void requireComplete() {
    if (isPipeline()) {
      ModelFolder.open(folder())
          .missing()
          .ifPresent(
              missing -> {
                throw new HubException(
                    Reason.UNSUITABLE, asked + " is incomplete on the hub: " + missing);
              });
    }
  }

  /** Shows the licence before the first download of a repository, once. */
  private void tellLicence(HubListener listener) {
    if (isNew && !toldLicence) {
      toldLicence = true;
      listener.note(licence().notice(id));
    }
  }

  private Licence licence() {
    List<HubFile> terms = selection(null).terms();
    fetch(terms, HubListener.SILENT);
    String text =
        terms.stream()
            .map(HubFile::path)
            .filter(path -> !path.equals(FileSelection.CARD))
            .filter(path -> path.toLowerCase(Locale.ROOT).startsWith("licen"))
            .findFirst()
            .map(path -> Licence.ofText(beginning(folder().resolve(path))))
            .orElse("");
    return new Licence(revision.licence(), text);
  }

  private static String beginning(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(LONGEST_TEXT), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw HubCache.failure(file, "cannot be read", e);
    }
  }

  /** Returns the licence of a folder in the cache, from its card and its licence file. */
  static Licence licenceOf(Path folder) {
    Path card = folder.resolve(FileSelection.CARD);
    String ofCard = Files.isRegularFile(card) ? Licence.ofCard(beginning(card)) : "";
    for (String name : List.of("LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE")) {
      Path file = folder.resolve(name);
      if (Files.isRegularFile(file)) {
        return new Licence(ofCard, Licence.ofText(beginning(file)));
      }
    }
    return new Licence(ofCard, "");
  }

  private List<HubFile> named(Collection<String> paths) {
    List<HubFile> named = new ArrayList<>();
    for (String path : paths) {
      named.add(
          files.stream()
              .filter(file -> file.path().equals(path))
              .findFirst()
              .orElseThrow(() -> missing(path)));
    }
    return named;
  }

  private HubException missing(String path) {
    if (HubFile.isPath(path)) {
      cache.rememberMissing(asked, id.revision(), path);
    }
    return noSuchFile(asked, path);
  }

  static HubException noSuchFile(HubId id, String path) {
    return new HubException(
        Reason.NOT_FOUND, id + " has no file " + path + "; see the page of the model");
  }

  private void fetch(List<HubFile> wanted, HubListener listener) {
    download(listener).run(id, wanted);
  }

  private SnapshotDownload download(HubListener listener) {
    return new SnapshotDownload(http, retries, cache, freeSpace, listener);
  }

  private FileSelection selection(@Nullable String variant) {
    return new FileSelection(asked, files, variant);
  }

  /** Closes the connection. */
  @Override
  public void close() {
    http.close();
  }
}
