package dev.sana4j.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sana4j.image.ImageSource;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Finds the samples of a folder of images; folder by folder, names in order. */
final class FolderIndexer {
  private static final String METADATA = "metadata.jsonl";
  private static final long MAX_IMAGE_BYTES = 512L << 20;
  private static final int MAX_DEPTH = 64;
  private static final Set<String> EXTENSIONS = Set.of("png", "jpg", "jpeg", "webp");

  private final Path root;
  private final DataSetBuilder builder;

  FolderIndexer(Path root, DataSetBuilder builder) {
    this.root = root;
    this.builder = builder;
  }

  void run() throws IOException {
    walk(root, 0, List.of());
  }

  static boolean isImage(String extension) {
    return EXTENSIONS.contains(extension);
  }

  private static boolean isImage(Path entry) {
    return isImage(extension(fileName(entry))) && Files.isRegularFile(entry);
  }

  /** An image of a folder or of those below, whether it has a caption or not. */
  static Optional<Path> firstImage(Path folder) throws IOException {
    return firstImage(folder, 0);
  }

  private static Optional<Path> firstImage(Path folder, int depth) throws IOException {
    List<Path> entries = entries(folder);
    Optional<Path> found = entries.stream().filter(entry -> isImage(entry)).findFirst();
    for (Path entry : entries) {
      if (found.isEmpty() && depth < MAX_DEPTH && isFolder(entry)) {
        found = firstImage(entry, depth + 1);
      }
    }
    return found;
  }

  /** A link to a folder could lead round in a circle. */
  private static boolean isFolder(Path entry) {
    return Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS);
  }

  /** The text file next to an image. */
  static Path sidecar(Path image) {
    return image.resolveSibling(stem(fileName(image)) + ".txt");
  }

  /**
   * Adds the samples of a folder and those below.
   *
   * @param listed for each metadata file above, the sorted hashes of the names it lists
   */
  private void walk(Path folder, int depth, List<long[]> listed) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new IOException("its folders are nested deeper than " + MAX_DEPTH);
    }
    List<Path> entries = entries(folder);
    var known = new ArrayList<>(listed);
    Path metadata = folder.resolve(METADATA);
    if (Files.isRegularFile(metadata)) {
      known.add(readMetadata(folder, metadata));
    }
    addFiles(entries, known);
    for (Path entry : entries) {
      if (isFolder(entry)) {
        walk(entry, depth + 1, known);
      }
    }
  }

  /** Files and folders in order, without hidden ones. */
  private static List<Path> entries(Path folder) throws IOException {
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

  private void addFiles(List<Path> entries, List<long[]> listed) throws IOException {
    Set<String> texts = new HashSet<>();
    for (Path entry : entries) {
      if (extension(fileName(entry)).equals("txt")) {
        texts.add(stem(fileName(entry)));
      }
    }
    Set<String> images = new HashSet<>();
    for (Path entry : entries) {
      String name = fileName(entry);
      if (isImage(entry)) {
        images.add(stem(name));
        if (!isListed(builder.name(entry), listed)) {
          addWithText(entry, texts.contains(stem(name)));
        }
      }
    }
    if (listed.isEmpty()) {
      texts.removeAll(images);
      texts.stream().sorted().forEach(t -> builder.skip(SkipReason.NO_IMAGE, t + ".txt"));
    }
  }

  private void addWithText(Path image, boolean hasText) throws IOException {
    String name = builder.name(image);
    Path text = sidecar(image);
    if (!hasText || !Files.isRegularFile(text)) {
      builder.skip(SkipReason.NO_CAPTION, name);
      return;
    }
    long length = Files.size(text);
    if (length > CaptionParser.MAX_BYTES) {
      builder.skip(SkipReason.BROKEN_CAPTION, name);
      return;
    }
    try {
      if (CaptionParser.text(Files.readAllBytes(text)).isEmpty()) {
        builder.skip(SkipReason.NO_CAPTION, name);
        return;
      }
    } catch (IOException e) {
      builder.skip(SkipReason.BROKEN_CAPTION, name);
      return;
    }
    var captions = new SampleIndex.Place(SampleIndex.OWN_FILE, 0, (int) length);
    addImage(image, name, captions, false);
  }

  private void addImage(Path image, String name, SampleIndex.Place captions, boolean json)
      throws IOException {
    long length = Files.size(image);
    if (length > MAX_IMAGE_BYTES) {
      builder.skip(SkipReason.BROKEN_IMAGE, name);
    } else {
      var place = new SampleIndex.Place(SampleIndex.OWN_FILE, 0, (int) length);
      builder.add(name, ImageSource.of(image), place, captions, json);
    }
  }

  /** Adds the samples of a metadata file; returns the sorted hashes of all names it lists. */
  private long[] readMetadata(Path folder, Path metadata) throws IOException {
    int container = builder.addContainer(metadata);
    var hashes = new Hashes();
    JsonLines.read(
        metadata,
        (offset, line, number) -> {
          var place = new SampleIndex.Place(container, offset, line.length);
          try {
            addLine(folder, line, place, hashes);
          } catch (IOException | InvalidPathException e) {
            builder.skip(SkipReason.BROKEN_CAPTION, builder.name(metadata) + " line " + number);
          }
        });
    return hashes.sorted();
  }

  private void addLine(Path folder, byte[] line, SampleIndex.Place place, Hashes hashes)
      throws IOException {
    if (line.length > CaptionParser.MAX_BYTES) {
      throw new IOException("a long line");
    }
    if (isBlank(line)) {
      return;
    }
    JsonNode object = CaptionParser.object(line);
    if (!object.path("file_name").isTextual()) {
      throw new IOException("no file_name");
    }
    String fileName = object.path("file_name").textValue();
    Path image = folder.resolve(fileName).normalize();
    if (!image.startsWith(root) || Path.of(fileName).isAbsolute()) {
      builder.skip(SkipReason.OUTSIDE, fileName);
      return;
    }
    String name = builder.name(image);
    hashes.add(hash(name));
    if (!Files.isRegularFile(image)) {
      builder.skip(SkipReason.NO_IMAGE, name);
    } else if (CaptionParser.json(object).isEmpty()) {
      builder.skip(SkipReason.NO_CAPTION, name);
    } else {
      addImage(image, name, place, true);
    }
  }

  private static boolean isBlank(byte[] line) {
    for (byte b : line) {
      if (b != ' ' && b != '\r' && b != '\t') {
        return false;
      }
    }
    return true;
  }

  private static boolean isListed(String name, List<long[]> listed) {
    return listed.stream().anyMatch(hashes -> Arrays.binarySearch(hashes, hash(name)) >= 0);
  }

  private static long hash(String name) {
    long hash = 0;
    for (int i = 0; i < name.length(); i++) {
      hash = Draws.mix(hash ^ name.charAt(i));
    }
    return hash;
  }

  private static String fileName(Path file) {
    Path name = file.getFileName();
    return name == null ? "" : name.toString();
  }

  private static String stem(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  private static String extension(String name) {
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  /** Names as 8 bytes each: a million of them as strings would take a hundred times the memory. */
  private static final class Hashes {
    private long[] values = new long[16];
    private int size;

    void add(long hash) {
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
      }
      values[size++] = hash;
    }

    long[] sorted() {
      long[] sorted = Arrays.copyOf(values, size);
      Arrays.sort(sorted);
      return sorted;
    }
  }
}
