package dev.sana4j.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A file that lists images and their captions: {@code metadata.jsonl} or {@code metadata.csv}. The
 * file is untrusted.
 */
final class MetadataFile {
  private static final String LINES = "metadata.jsonl";
  private static final String CSV = "metadata.csv";

  /** All names; the first is preferred for images that several files list. */
  private static final List<String> NAMES = List.of(LINES, CSV);

  private final Path folder;
  private final Path file;
  private final FolderPaths paths;
  private final DataSetBuilder builder;
  private final Target target;
  private final int container;
  private final NameHashes listed = new NameHashes();

  /** Receives the listed images that exist. */
  interface Target {
    /**
     * Receives an image.
     *
     * @param image the file
     * @param captions the place of its captions, or empty if it has none
     */
    void image(Path image, Optional<SampleIndex.Captions> captions) throws IOException;
  }

  private MetadataFile(
      Path folder, Path file, FolderPaths paths, DataSetBuilder builder, Target target) {
    this.folder = folder;
    this.file = file;
    this.paths = paths;
    this.builder = builder;
    this.target = target;
    container = builder.addContainer(file);
  }

  static boolean isMetadata(Path entry) {
    return NAMES.contains(name(entry)) && Files.isRegularFile(entry);
  }

  private static String name(Path entry) {
    return FolderEntries.fileName(entry).toLowerCase(Locale.ROOT);
  }

  /** Returns the metadata files among the entries of a folder, the preferred one first. */
  static List<Path> among(List<Path> entries) {
    return NAMES.stream()
        .flatMap(
            name -> entries.stream().filter(e -> name(e).equals(name) && Files.isRegularFile(e)))
        .toList();
  }

  /**
   * Reads a file.
   *
   * @param known images that a preferred file lists, which are ignored
   * @return the sorted hashes of the names of all listed images
   */
  static long[] read(
      Path file, FolderPaths paths, DataSetBuilder builder, List<long[]> known, Target target)
      throws IOException {
    Path folder = file.resolveSibling("");
    var metadata = new MetadataFile(folder, file, paths, builder, target);
    if (name(file).equals(CSV)) {
      FileRecords.readCsv(
          file, (offset, record, line) -> metadata.row(offset, record, line, known));
    } else {
      FileRecords.readLines(
          file, (offset, record, line) -> metadata.line(offset, record, line, known));
    }
    return metadata.listed.sorted();
  }

  private void line(long offset, byte[] record, long line, List<long[]> known) {
    var place = new SampleIndex.Place(container, offset, record.length);
    try {
      if (!isBlank(record)) {
        JsonNode object = CaptionParser.object(checked(record));
        add(
            CaptionParser.image(object),
            CaptionParser.json(object).isEmpty()
                ? Optional.empty()
                : Optional.of(new SampleIndex.Captions(SampleIndex.Kind.JSON, place)),
            known);
      }
    } catch (IOException | InvalidPathException e) {
      broken(line);
    }
  }

  /** Reads a record of CSV; the first names the columns. */
  private void row(long offset, byte[] record, long line, List<long[]> known) {
    CsvColumns columns = builder.columns().get(container);
    if (offset == 0) {
      readHeader(record);
      return;
    }
    if (columns == null || isBlank(record)) {
      return;
    }
    var place = new SampleIndex.Place(container, offset, record.length);
    try {
      List<String> fields = CsvColumns.fields(checked(record));
      add(
          columns.image(fields),
          CaptionParser.plain(columns.text(fields)).isEmpty()
              ? Optional.empty()
              : Optional.of(new SampleIndex.Captions(SampleIndex.Kind.CSV, place)),
          known);
    } catch (IOException | InvalidPathException e) {
      broken(line);
    }
  }

  private void readHeader(byte[] record) {
    try {
      builder.setColumns(container, CsvColumns.of(checked(record)));
    } catch (IOException e) {
      builder.skip(SkipReason.BROKEN_CAPTION, builder.name(file) + ": " + e.getMessage());
    }
  }

  private void broken(long line) {
    builder.skip(SkipReason.BROKEN_CAPTION, builder.name(file) + " line " + line);
  }

  private static byte[] checked(byte[] record) throws IOException {
    if (record.length > CaptionParser.MAX_BYTES) {
      throw new IOException("a long line");
    }
    return record;
  }

  private void add(String fileName, Optional<SampleIndex.Captions> captions, List<long[]> known)
      throws IOException {
    if (fileName.isEmpty()) {
      throw new IOException("no file_name");
    }
    Optional<Path> inside = paths.inside(folder, fileName);
    if (inside.isEmpty()) {
      builder.skip(SkipReason.OUTSIDE, fileName);
      return;
    }
    Path image = inside.get();
    String name = builder.name(image);
    if (known.stream().anyMatch(hashes -> NameHashes.contains(hashes, name))) {
      return;
    }
    listed.add(name);
    if (Files.isRegularFile(image)) {
      target.image(image, captions);
    } else {
      builder.skip(SkipReason.NO_IMAGE, name);
    }
  }

  private static boolean isBlank(byte[] line) {
    for (byte b : line) {
      if (!Set.of((byte) ' ', (byte) '\r', (byte) '\t').contains(b)) {
        return false;
      }
    }
    return true;
  }
}
