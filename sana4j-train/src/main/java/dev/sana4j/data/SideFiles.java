package dev.sana4j.data;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The caption files of one folder: {@code NAME.txt} or {@code NAME.caption} next to an image, with
 * an extension in any case. If a name has both, {@code .txt} wins.
 */
final class SideFiles {
  private static final String TEXT = "txt";
  private static final Set<String> EXTENSIONS = Set.of(TEXT, "caption");

  /** The extension to use by name, with its dot. */
  private final Map<String, String> suffixes = new TreeMap<>();

  private final List<String> unused = new ArrayList<>();
  private final Set<String> used = new HashSet<>();

  static boolean isCaption(String extension) {
    return EXTENSIONS.contains(extension);
  }

  /** Adds a file if it is a caption file. */
  void add(String fileName) {
    if (!isCaption(FolderEntries.extension(fileName)) || !fileName.contains(".")) {
      return;
    }
    String stem = FolderEntries.stem(fileName);
    String suffix = fileName.substring(stem.length());
    String before = suffixes.putIfAbsent(stem, suffix);
    if (before != null) {
      boolean wins = isText(suffix) && !isText(before);
      suffixes.put(stem, wins ? suffix : before);
      unused.add(stem + (wins ? before : suffix));
    }
  }

  private static boolean isText(String suffix) {
    return FolderEntries.extension(suffix).equals(TEXT);
  }

  /** Returns the extension of an image's caption file, with its dot. */
  Optional<String> suffix(String imageStem) {
    used.add(imageStem);
    return Optional.ofNullable(suffixes.get(imageStem));
  }

  /** Returns the names of caption files for which another one is used. */
  List<String> unused() {
    return unused;
  }

  /** Returns the names of caption files whose image was not asked for. */
  List<String> withoutImage() {
    return suffixes.entrySet().stream()
        .filter(entry -> !used.contains(entry.getKey()))
        .map(entry -> entry.getKey() + entry.getValue())
        .toList();
  }
}
