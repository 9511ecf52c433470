package dev.sana4j.hub;

import dev.sana4j.files.AtomicFile;
import dev.sana4j.hub.HubException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The cache of the Hugging Face tools, in their layout (huggingface_hub, "Understand caching"):
 * blobs named by their hash, snapshots of links to them, and the commits of branches.
 *
 * @param root folder with one folder per model
 * @param links whether files of snapshots are links to blobs; otherwise they are the files
 *     themselves
 */
record HubCache(Path root, boolean links) {
  private static final int LONGEST_REF = 256;
  private static final String TAG =
      "Signature: 8a477f597d28d172789f06886806bc55\n# This is a cache of models.\n";

  Path model(HubId id) {
    return root.resolve(id.folderName());
  }

  Path snapshot(HubId id, String commit) {
    return model(id).resolve("snapshots").resolve(commit);
  }

  Path blob(HubId id, HubFile file) {
    return model(id).resolve("blobs").resolve(file.hash());
  }

  /**
   * Returns the partial file of a blob. Its name is specific to sana4j, so that Python does not
   * resume it.
   */
  Path part(HubId id, HubFile file) {
    return model(id).resolve("blobs").resolve(file.hash() + ".sana4j.incomplete");
  }

  Path lock(HubId id, HubFile file) {
    return root.resolve(".locks").resolve(id.folderName()).resolve(file.hash() + ".lock");
  }

  /** Returns the commit of a revision at the last download. */
  Optional<String> commit(HubId id) {
    if (HubId.isCommit(id.revision())) {
      return Optional.of(id.revision());
    }
    return commit(model(id).resolve("refs").resolve(id.revision()));
  }

  private static Optional<String> commit(Path ref) {
    if (!Files.isRegularFile(ref)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(ref)) {
      String text = new String(in.readNBytes(LONGEST_REF), StandardCharsets.US_ASCII).strip();
      return Optional.of(text).filter(HubId::isCommit);
    } catch (IOException e) {
      throw failure(ref, "cannot be read", e);
    }
  }

  /** Stores the commit of a branch or tag. */
  void remember(HubId id, String commit) {
    if (id.revision().equals(commit) || commit(id).equals(Optional.of(commit))) {
      return;
    }
    Path ref = model(id).resolve("refs").resolve(id.revision());
    write(ref, commit);
  }

  /** Stores that a commit does not contain a file, like Python. */
  void rememberMissing(HubId id, String commit, String path) {
    write(missing(id, commit, path), "");
  }

  boolean isKnownMissing(HubId id, String commit, String path) {
    return Files.isRegularFile(missing(id, commit, path));
  }

  private Path missing(HubId id, String commit, String path) {
    return model(id).resolve(".no_exist").resolve(commit).resolve(path);
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      AtomicFile.write(
          file, AtomicFile.Mode.REPLACE, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw failure(file, "cannot be written", e);
    }
  }

  /** Creates the folders of a model, and a tag that marks the cache for backup programs. */
  void prepare(HubId id) {
    try {
      Files.createDirectories(model(id).resolve("blobs"));
      Files.createDirectories(root.resolve(".locks").resolve(id.folderName()));
      Files.writeString(root.resolve("CACHEDIR.TAG"), TAG, StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(model(id).resolve("blobs"))) {
        throw failure(model(id), "cannot be created", e);
      }
    } catch (IOException e) {
      throw failure(model(id), "cannot be created", e);
    }
  }

  /**
   * Puts a blob into a snapshot, as a link or, without links, as a file.
   *
   * @param fresh whether the blob was downloaded for this snapshot, so that it can be moved
   */
  void place(Path blob, Path target, boolean fresh) {
    Path folder = target.resolveSibling("");
    Path unfinished = folder.resolve("." + target.getFileName() + ".partial");
    try {
      Files.createDirectories(folder);
      Files.deleteIfExists(unfinished);
      if (links && link(unfinished, folder.relativize(blob))) {
        move(unfinished, target);
      } else if (fresh) {
        move(blob, target);
      } else {
        Files.copy(blob, unfinished);
        move(unfinished, target);
      }
    } catch (IOException e) {
      throw failure(target, "cannot be written", e);
    }
  }

  private static boolean link(Path link, Path blob) {
    try {
      Files.createSymbolicLink(link, blob);
      return true;
    } catch (UnsupportedOperationException | IOException | SecurityException e) {
      return false; // for example Windows without developer mode, or some network disks
    }
  }

  static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Returns the models in the cache and their commits. */
  List<Snapshot> snapshots() {
    List<Snapshot> all = new ArrayList<>();
    for (Path folder : children(root)) {
      String name = String.valueOf(folder.getFileName());
      if (name.startsWith("models--")) {
        HubId.of(name.substring("models--".length()).replaceFirst("--", "/"))
            .ifPresent(
                id ->
                    children(folder.resolve("snapshots")).stream()
                        .filter(each -> HubId.isCommit(String.valueOf(each.getFileName())))
                        .forEach(each -> all.add(snapshot(id, each))));
      }
    }
    return all;
  }

  /**
   * A commit of a model.
   *
   * @param id the model
   * @param folder of the commit
   * @param revisions that refer to it
   */
  record Snapshot(HubId id, Path folder, List<String> revisions) {}

  private Snapshot snapshot(HubId id, Path folder) {
    Path refs = model(id).resolve("refs");
    String commit = String.valueOf(folder.getFileName());
    try (Stream<Path> all = Files.isDirectory(refs) ? Files.walk(refs) : Stream.empty()) {
      List<String> revisions =
          all.filter(ref -> commit(ref).equals(Optional.of(commit)))
              .map(ref -> refs.relativize(ref).toString().replace('\\', '/'))
              .sorted()
              .toList();
      return new Snapshot(id, folder, revisions);
    } catch (IOException e) {
      throw failure(refs, "cannot be read", e);
    }
  }

  private static List<Path> children(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.sorted().toList();
    } catch (IOException e) {
      throw failure(folder, "cannot be read", e);
    }
  }

  static HubException failure(Path file, String what, IOException cause) {
    boolean nameAlone = cause instanceof FileSystemException system && system.getReason() == null;
    String reason = nameAlone ? cause.getClass().getSimpleName() : cause.getMessage();
    return new HubException(
        Reason.CACHE,
        file + " " + what + " (" + reason + "); set HF_HUB_CACHE to use another folder",
        cause);
  }
}
