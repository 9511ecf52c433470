package dev.sana4j.data;

import dev.sana4j.image.ImageException;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSource;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The files and folders in a folder, and what their names and first bytes say. */
final class FolderEntries {
  static final int MAX_DEPTH = 64;

  /** Files with these names are images; if they cannot be read, that is reported. */
  private static final Set<String> IMAGES =
      Set.of(
          "png", "jpg", "jpeg", "jpe", "jfif", "webp", "gif", "bmp", "dib", "tif", "tiff", "heic",
          "heif", "avif", "jxl", "psd");

  /** The first bytes of these are not read, because they accompany images in large numbers. */
  private static final Set<String> OTHERS =
      Set.of("txt", "caption", "json", "jsonl", "csv", "npz", "npy", "tar");

  private FolderEntries() {}

  /** Returns files and folders in order, without hidden ones. */
  static List<Path> of(Path folder) throws IOException {
    var entries = new ArrayList<Path>();
    try (DirectoryStream<Path> stream =
        Files.newDirectoryStream(folder, entry -> !fileName(entry).startsWith("."))) {
      stream.forEach(entries::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    entries.sort(null);
    return entries;
  }

  /** Returns whether an extension in lower case is that of an image. */
  static boolean isImage(String extension) {
    return IMAGES.contains(extension);
  }

  /** Returns whether a file is an image by its extension or its first bytes. */
  static boolean isImage(Path entry) {
    String extension = extension(fileName(entry));
    if (OTHERS.contains(extension) || !Files.isRegularFile(entry)) {
      return false;
    }
    return isImage(extension) || startsLikeImage(ImageSource.of(entry));
  }

  static boolean startsLikeImage(ImageSource source) {
    try {
      return ImageFiles.isImage(source);
    } catch (ImageException e) {
      return false;
    }
  }

  /** Returns an image of a folder or its subfolders, with or without a caption. */
  static Optional<Path> firstImage(Path folder) throws IOException {
    return firstImage(folder, 0);
  }

  private static Optional<Path> firstImage(Path folder, int depth) throws IOException {
    List<Path> entries = of(folder);
    Optional<Path> found = entries.stream().filter(entry -> isImage(entry)).findFirst();
    for (Path entry : entries) {
      if (found.isEmpty() && depth < MAX_DEPTH && isFolder(entry) && Files.isReadable(entry)) {
        found = firstImage(entry, depth + 1);
      }
    }
    return found;
  }

  /** Returns whether an entry is a folder and not a link to one. */
  static boolean isFolder(Path entry) {
    return Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS);
  }

  static String fileName(Path file) {
    Path name = file.getFileName();
    return name == null ? "" : name.toString();
  }

  static String stem(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  /** Returns the extension in lower case; the whole name if it has none. */
  static String extension(String name) {
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
