package dev.sana4j.pipeline.source;

import dev.sana4j.files.AtomicFolder;
import dev.sana4j.files.ByteSize;
import dev.sana4j.files.FileException;
import dev.sana4j.files.IoReason;
import dev.sana4j.files.Remedy;
import dev.sana4j.folder.ModelException;
import dev.sana4j.folder.ModelFolder;
import dev.sana4j.folder.ModelFolder.Part;
import dev.sana4j.folder.NetworkFolder;
import dev.sana4j.hub.HubException;
import dev.sana4j.hub.HubId;
import dev.sana4j.hub.HubListener;
import dev.sana4j.hub.HubModels;
import dev.sana4j.hub.HubRepository;
import dev.sana4j.hub.ModelName;
import dev.sana4j.pipeline.model.SamplerConfig;
import dev.sana4j.pipeline.source.CheckpointConverter.Contents;
import dev.sana4j.tensor.DType;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.ConfigFile;
import dev.sana4j.weights.ConfigWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes model folders of checkpoints in the original layout, once, and keeps them in the cache. A
 * checkpoint contains only a transformer; the text encoder, the tokenizer and the autoencoder are
 * added from published repositories.
 *
 * <p>After an interruption the next run starts the conversion again; downloads are resumed.
 */
public final class CheckpointModels {
  private static final String MANIFEST = "source.json";

  private final HubModels hub;
  private final ConvertedFolders folders;
  private final CheckpointChoices choices;

  /**
   * Creates an access.
   *
   * @param hub the hub that provides the other parts
   * @param cache folder of the converted models; created if missing
   */
  public CheckpointModels(HubModels hub, Path cache) {
    this.hub = hub;
    this.folders = new ConvertedFolders(cache);
    this.choices = new CheckpointChoices(cache.resolve(".choices"));
  }

  /**
   * Stores which checkpoint of a repository was chosen from all of its files.
   *
   * @param commit the repository at a commit
   * @param path of the checkpoint in the repository
   */
  public void remember(HubId commit, String path) {
    choices.remember(commit, path);
  }

  /** A plan that was made before the checkpoint could be read. */
  private record Planned(boolean queryKeyNorm, PartsPlan parts) {}

  /** One conversion. */
  private record Task(
      Origin origin, @Nullable DType dtype, @Nullable Planned planned, HubListener listener) {
    void convert(@Nullable ModelFolder base, Path target) {
      try {
        convertUnnamed(base, target);
      } catch (CheckpointException e) {
        boolean unknown = e.remedy().equals(Optional.of(Remedy.VARIANT));
        throw unknown
            ? new CheckpointException(
                e.getMessage()
                    + "; put 'teacher' or 'SANA1.5' into the name of the file or its folder, or"
                    + " convert the file and name the variant",
                e)
            : e;
      }
    }

    private void convertUnnamed(@Nullable ModelFolder base, Path target) {
      CheckpointConverter.require()
          .convert(
              new CheckpointConverter.Job(origin.path(), origin.hint(), base, dtype),
              target,
              (what, done, total) -> listener.progress(done, total, what))
          .forEach(line -> listener.note("converted the " + line));
    }
  }

  /**
   * Returns the model folder of a checkpoint; converts it if necessary. For a checkpoint of an
   * autoencoder, it is the folder of this part.
   *
   * @param origin the checkpoint
   * @param dtype dtype of the weights; null for that of the file
   * @param listener is notified of the progress
   * @return an existing folder
   * @throws HubException if the other parts cannot be downloaded
   * @throws dev.sana4j.weights.CheckpointException if the file is damaged, or contains none of the
   *     supported networks
   * @throws FileException if the folder cannot be written
   */
  public Path folder(Origin origin, @Nullable DType dtype, HubListener listener) {
    return folder(new Task(origin, dtype, null, listener));
  }

  /**
   * Returns the model folder of a checkpoint if it was converted before.
   *
   * @param origin the checkpoint
   * @param dtype dtype of the weights; null for that of the file
   * @return the folder
   */
  public Optional<Path> existing(Origin origin, @Nullable DType dtype) {
    return Optional.of(target(origin, dtype)).filter(Files::isDirectory);
  }

  private Path target(Origin origin, @Nullable DType dtype) {
    return folders.target(origin, String.valueOf(dtype));
  }

  /**
   * Returns the checkpoint of a repository as it was chosen when it was downloaded.
   *
   * @param commit the repository at a commit
   * @return a path in the repository; empty if none was chosen
   */
  public Optional<String> chosen(HubId commit) {
    return choices.of(commit);
  }

  private Path folder(Task task) {
    Path target = target(task.origin(), task.dtype());
    folders.make(target, task.origin(), task.listener(), (work, made) -> make(task, work, made));
    return target;
  }

  /**
   * Downloads a checkpoint and returns its model folder. The other parts, the free disk space and
   * the memory are checked before the first byte is downloaded.
   *
   * @param repository the repository of the checkpoint
   * @param path of the checkpoint in the repository
   * @param dtype dtype of the weights; null for that of the file
   * @param listener is notified of the progress
   * @return an existing folder
   * @throws HubException if a download fails
   * @throws dev.sana4j.weights.CheckpointException if the file is damaged, or contains none of the
   *     supported networks
   * @throws FileException if the disk has too little space, or the folder cannot be written
   */
  public Path download(
      HubRepository repository, String path, @Nullable DType dtype, HubListener listener) {
    ModelName name = new ModelName(repository.id(), path);
    Origin origin = Origin.of(name, repository.folder().resolve(path));
    boolean converted = Files.isRegularFile(origin.path()) && existing(origin, dtype).isPresent();
    if (converted || isAutoencoder(name)) {
      repository.pull(List.of(path), listener);
      return folder(origin, dtype, listener);
    }
    boolean guess = PublishedParts.guessQueryKeyNorm(origin.hint());
    try (PartsPlan parts = PartsPlan.of(hub, guess)) {
      long checkpoint = repository.missingBytes(List.of(path));
      requireRoom(checkpoint, parts, converted(repository.size(path), dtype));
      listener.note(line(origin, guess, parts));
      repository.pull(List.of(path), listener);
      return folder(new Task(origin, dtype, new Planned(guess, parts), listener));
    }
  }

  private static boolean isAutoencoder(ModelName name) {
    return name.toString().toLowerCase(Locale.ROOT).matches("(?s).*(dc-ae|autoencoder|[-_/]vae).*");
  }

  /** Returns the approximate size of the converted weights of a file. */
  private static long converted(long file, @Nullable DType dtype) {
    return dtype == null ? file : file * dtype.bytes() / Float.BYTES;
  }

  /**
   * Checks the disk of the downloads and that of the converted model, which may be the same. On
   * different disks, the other parts are copied instead of linked.
   */
  private void requireRoom(long checkpoint, PartsPlan parts, long converted) {
    long download = checkpoint + parts.missingBytes();
    Path converts = folders.root();
    Path downloads = hub.cacheFolder();
    try {
      ConvertedFolders.create(converts);
      ConvertedFolders.create(downloads);
      boolean sameDisk = Files.getFileStore(converts).equals(Files.getFileStore(downloads));
      AtomicFolder.requireRoom(downloads, sameDisk ? download + converted : download);
      AtomicFolder.requireRoom(converts, sameDisk ? converted : converted + parts.bytes());
    } catch (IOException e) {
      throw new FileException(converts + " cannot be read: " + IoReason.of(e), e);
    }
  }

  private void make(Task task, Path work, Path made) throws IOException {
    Path path = task.origin().path();
    Contents contents =
        Files.isDirectory(path)
            ? TransformerFolder.contents(path)
            : CheckpointConverter.require().contents(path);
    Planned planned = task.planned();
    if (contents.parts().equals(Set.of(Part.CONTROLNET))) {
      throw new ModelException(
          task.origin().name()
              + " contains only a ControlNet; convert it without a base and use it with another"
              + " model");
    }
    if (contents.parts().contains(Part.VAE)) {
      task.convert(null, made);
    } else if (planned != null && planned.queryKeyNorm() == contents.queryKeyNorm()) {
      make(task, contents, planned.parts(), work, made);
    } else {
      try (PartsPlan parts = PartsPlan.of(hub, contents.queryKeyNorm())) {
        long bytes = Files.isDirectory(path) ? 0 : Files.size(path);
        requireRoom(0, parts, converted(bytes, task.dtype()));
        task.listener().note(line(task.origin(), contents.queryKeyNorm(), parts));
        make(task, contents, parts, work, made);
      }
    }
  }

  private static void make(Task task, Contents contents, PartsPlan parts, Path work, Path made)
      throws IOException {
    Origin origin = task.origin();
    parts.pull(task.listener());
    Path others = work.resolve("base");
    BaseFolder.create(others, PublishedParts.sampler(contents, origin.hint()), parts);
    ModelFolder base = BaseFolder.open(others, parts);
    if (Files.isDirectory(origin.path())) {
      TransformerFolder.assemble(origin.path(), base, made).forEach(task.listener()::note);
    } else {
      task.convert(base, made);
    }
    writeManifest(made, task, parts);
  }

  /**
   * Returns a model folder of the published parts that a transformer lacks; downloads them if
   * necessary.
   *
   * @param origin the checkpoint
   * @param listener is notified of the progress
   * @return a model folder without the weights of a transformer
   * @throws HubException if a part is not available
   */
  public ModelFolder base(Origin origin, HubListener listener) {
    Contents contents = CheckpointConverter.require().contents(origin.path());
    SamplerConfig sampler = PublishedParts.sampler(contents, origin.hint());
    try (PartsPlan parts = PartsPlan.of(hub, contents.queryKeyNorm())) {
      requireRoom(0, parts, 0);
      listener.note(line(origin, contents.queryKeyNorm(), parts));
      parts.pull(listener);
      Path folder = folders.target(origin, "parts " + parts.sources() + " " + sampler);
      folders.make(
          folder, origin, listener, (work, made) -> BaseFolder.create(made, sampler, parts));
      return BaseFolder.open(folder, parts);
    }
  }

  private static String line(Origin origin, boolean queryKeyNorm, PartsPlan parts) {
    long bytes = parts.missingBytes();
    return "%s contains only a transformer; adding text encoder, tokenizer and autoencoder (%s) of %s, %s"
        .formatted(
            origin.shortName(),
            PublishedParts.autoencoder(queryKeyNorm),
            String.join(" and ", parts.sources()),
            bytes == 0 ? "which are in the cache" : new ByteSize(bytes) + " to download");
  }

  /**
   * Returns the folder of a text encoder with the usual names of files.
   *
   * @param origin a folder with the weights, and with or without a config
   * @param listener is notified of the progress
   * @return the folder itself, or one with links to its files
   */
  public Path textEncoder(Origin origin, HubListener listener) {
    if (NetworkFolder.isComplete(origin.path())) {
      return origin.path();
    }
    Path target = folders.target(origin, Part.TEXT_ENCODER.folder());
    folders.make(
        target,
        origin,
        listener,
        (work, made) -> {
          var unusedWeights = BaseFolder.textEncoder(origin.path(), made);
          var unusedTokens = BaseFolder.tokenizer(origin.path(), made);
        });
    return target;
  }

  /**
   * A converted model.
   *
   * @param folder the model folder
   * @param source exact name of the checkpoint that it was made of
   * @param dtype dtype of its weights, or "as stored"
   */
  public record Converted(Path folder, String source, String dtype) {}

  /**
   * Returns the converted models.
   *
   * @return the models in the order of their folders
   * @throws FileException if the folder of the converted models cannot be read
   */
  public List<Converted> all() {
    if (!Files.isDirectory(folders.root())) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folders.root())) {
      return all.filter(folder -> !String.valueOf(folder.getFileName()).startsWith("."))
          .filter(folder -> Files.isRegularFile(folder.resolve(MANIFEST)))
          .sorted()
          .flatMap(folder -> readManifest(folder).stream())
          .toList();
    } catch (IOException e) {
      throw new FileException(folders.root() + " cannot be read: " + IoReason.of(e), e);
    }
  }

  private static Optional<Converted> readManifest(Path folder) {
    try {
      ConfigFile manifest = ConfigFile.read(folder.resolve(MANIFEST));
      return Optional.of(
          new Converted(folder, manifest.text("source", ""), manifest.text("dtype", "")));
    } catch (CheckpointException e) {
      return Optional.empty(); // the other models are still listed
    }
  }

  /**
   * Returns whether a folder contains a text encoder and its tokenizer.
   *
   * @param folder a folder of files
   * @return true if both are complete, under the usual names or those of the published mirror
   */
  public static boolean hasTextEncoder(Path folder) {
    return BaseFolder.isFlat(folder, Part.TEXT_ENCODER)
        && BaseFolder.isFlat(folder, Part.TOKENIZER);
  }

  private static void writeManifest(Path folder, Task task, PartsPlan parts) {
    Map<String, Object> manifest = new LinkedHashMap<>();
    DType dtype = task.dtype();
    manifest.put("source", task.origin().name());
    manifest.put("dtype", dtype == null ? "as stored" : dtype.toString());
    manifest.put("parts", List.copyOf(parts.sources()));
    ConfigWriter.write(folder.resolve(MANIFEST), manifest);
  }
}
