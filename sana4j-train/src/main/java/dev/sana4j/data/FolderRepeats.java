package dev.sana4j.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The repeats and captions in the names of folders, such as {@code 10_sks dog}, as kohya's
 * sd-scripts name them.
 *
 * <p>These names apply only if there is no metadata file and no image directly in the data folder,
 * and every folder in it that contains images is named N_NAME, with N from 1 to 1000 without
 * leading zeros.
 */
final class FolderRepeats {
  private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,2}|1000)_(.+)");
  private static final int NAMED = 5;

  /** Images that appear once, without a caption of their folder. */
  static final Repeat ONCE = new Repeat(1, "");

  private final Map<Path, Repeat> folders;

  /**
   * The meaning of one folder's name.
   *
   * @param count how often each image appears in an epoch
   * @param caption the caption of images without one; empty for none
   */
  record Repeat(int count, String caption) {}

  private FolderRepeats(Map<Path, Repeat> folders) {
    this.folders = folders;
  }

  /** Reads the names of the folders in a data folder. */
  static FolderRepeats in(Path root) throws IOException {
    var folders = new TreeMap<Path, Repeat>();
    for (Path entry : FolderEntries.of(root)) {
      if (!Files.isDirectory(entry)) {
        if (MetadataFile.isMetadata(entry) || FolderEntries.isImage(entry)) {
          return new FolderRepeats(Map.of());
        }
      } else if (isReadable(entry) && FolderEntries.firstImage(entry).isPresent()) {
        Matcher name = FORM.matcher(FolderEntries.fileName(entry));
        if (!name.matches()) {
          return new FolderRepeats(Map.of());
        }
        folders.put(entry, new Repeat(Integer.parseInt(name.group(1)), name.group(2).strip()));
      }
    }
    return new FolderRepeats(folders);
  }

  private static boolean isReadable(Path folder) {
    return Files.isReadable(folder) && Files.isExecutable(folder);
  }

  /** Returns the repeats of a folder directly in the data folder. */
  Repeat of(Path folder) {
    return folders.getOrDefault(folder, ONCE);
  }

  /** Describes the folders in one line, or returns nothing if the form does not apply. */
  List<String> notes() {
    if (folders.isEmpty()) {
      return List.of();
    }
    String first =
        folders.entrySet().stream()
            .limit(NAMED)
            .map(e -> FolderEntries.fileName(e.getKey()) + ": " + e.getValue().count())
            .collect(Collectors.joining(", "));
    String more = folders.size() > NAMED ? ", ..." : "";
    return List.of(
        "its folders are named N_NAME, so each image appears N times in an epoch, with NAME as its"
            + " caption if it has none ("
            + first
            + more
            + ")");
  }
}
