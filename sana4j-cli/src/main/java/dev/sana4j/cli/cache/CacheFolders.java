package dev.sana4j.cli.cache;

import dev.sana4j.files.CacheFolder;
import dev.sana4j.files.FileException;
import dev.sana4j.files.IoReason;
import dev.sana4j.hub.HubSettings;
import dev.sana4j.server.store.SqliteLibrary;
import dev.sana4j.tensor.NativeFiles;
import dev.sana4j.text.TokenizerNatives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The folders of all caches.
 *
 * @param natives where JavaCPP unpacks libraries, a folder per jar
 * @param usedJars file names of the jars that the running program takes libraries from
 * @param tokenizers where the tokenizer's library is unpacked, a folder per version
 * @param tokenizerVersion version in use; the names of its folders begin with it
 * @param sqlite where SQLite's library is unpacked, a folder per version
 * @param sqliteVersion version in use, the name of its folder
 * @param sana the cache of sana4j
 * @param hub the cache of the hub
 */
public record CacheFolders(
    Path natives,
    Set<String> usedJars,
    Path tokenizers,
    String tokenizerVersion,
    Path sqlite,
    String sqliteVersion,
    Path sana,
    Path hub) {

  /** Packages whose libraries sana4j uses; JavaCPP's folder can contain those of other programs. */
  private static final List<String> PACKAGES = List.of("javacpp", "openblas", "pytorch", "cuda");

  private static final String BUNDLED = "emoji-";

  /**
   * Returns the folders of this user.
   *
   * @param settings settings of the hub
   * @return the folders, which may not exist
   */
  public static CacheFolders of(HubSettings settings) {
    return new CacheFolders(
        NativeFiles.folder(),
        Set.copyOf(NativeFiles.jars()),
        TokenizerNatives.folder(),
        TokenizerNatives.version(),
        SqliteLibrary.folder(),
        SqliteLibrary.version(),
        CacheFolder.path(),
        settings.cache());
  }

  /**
   * Returns the folder of a kind.
   *
   * @param kind the kind
   * @return a path that may not exist
   */
  public Path folder(StoredKind kind) {
    return switch (kind) {
      case NATIVES -> natives;
      case TOKENIZERS -> tokenizers;
      case SQLITE -> sqlite;
      case BUNDLED -> sana;
      case CONVERTED -> sana.resolve("models");
      case PREFIXES -> sana.resolve("prefixes");
      case SPEEDS -> sana.resolve("speeds");
      case HUB -> hub;
    };
  }

  /**
   * Returns the stored files of a kind.
   *
   * @param kind the kind
   * @return sorted by name; empty if its folder does not exist
   */
  public List<StoredFiles> stored(StoredKind kind) {
    return list(folder(kind), belongsTo(kind)).stream()
        .map(path -> StoredFiles.of(kind, path, isCurrent(kind, name(path))))
        .toList();
  }

  private Predicate<Path> belongsTo(StoredKind kind) {
    return switch (kind) {
      case NATIVES -> CacheFolders::isOfSana;
      case TOKENIZERS, SQLITE -> StoredFiles::isFolder;
      case BUNDLED -> path -> StoredFiles.isFolder(path) && name(path).startsWith(BUNDLED);
      case HUB -> path -> StoredFiles.isFolder(path) && name(path).startsWith("models--");
      case CONVERTED, PREFIXES, SPEEDS ->
          path -> !name(path).startsWith(".") && !Files.isSymbolicLink(path);
    };
  }

  private boolean isCurrent(StoredKind kind, String name) {
    return switch (kind) {
      case NATIVES -> usedJars.contains(name);
      case TOKENIZERS -> name.startsWith(tokenizerVersion + "-");
      case SQLITE -> name.equals(sqliteVersion);
      default -> true;
    };
  }

  private static boolean isOfSana(Path folder) {
    return StoredFiles.isFolder(folder)
        && PACKAGES.stream()
            .anyMatch(name -> StoredFiles.isFolder(folder.resolve("org/bytedeco").resolve(name)));
  }

  /** The root may be a link, as its user made it; folders of sana4j in it may not. */
  private List<Path> list(Path folder, Predicate<Path> wanted) {
    boolean ours = folder.startsWith(sana) && !folder.equals(sana);
    LinkOption[] options = ours ? new LinkOption[] {LinkOption.NOFOLLOW_LINKS} : new LinkOption[0];
    if (!Files.isDirectory(folder, options)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(wanted).sorted().toList();
    } catch (IOException e) {
      throw new FileException(folder + " cannot be read: " + IoReason.of(e), e);
    }
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }
}
