package dev.sana4j.data;

import dev.sana4j.image.ImageException;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.ImageSource;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects the samples of a data set while it is opened. */
final class DataSetBuilder {
  /** Larger images are skipped: decoding takes 3 bytes per pixel, several times over. */
  private static final long MAX_PIXELS = 100_000_000;

  private final Path root;

  /** Caption of images without one; blank for none. */
  private final String caption;

  private final List<Path> containers = new ArrayList<>();
  private final Map<Integer, CsvColumns> columns = new HashMap<>();
  private final List<String> suffixes = new ArrayList<>(List.of(".txt"));
  private final List<String> texts = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final SampleIndex index = new SampleIndex();
  private final SkipTally skips = new SkipTally();

  DataSetBuilder(Path root, String caption) {
    this.root = root;
    this.caption = caption.strip();
  }

  List<Path> containers() {
    return containers;
  }

  /** Returns the columns of the containers that are CSV files. */
  Map<Integer, CsvColumns> columns() {
    return columns;
  }

  /** Returns the extensions of caption files, with their dots. */
  List<String> suffixes() {
    return suffixes;
  }

  /** Returns the captions that several images share. */
  List<String> texts() {
    return texts;
  }

  List<String> notes() {
    return notes;
  }

  SampleIndex index() {
    return index;
  }

  SkipTally skips() {
    return skips;
  }

  /** Returns the number of a shard or metadata file. */
  int addContainer(Path file) {
    containers.add(file);
    return containers.size() - 1;
  }

  void setColumns(int container, CsvColumns found) {
    columns.put(container, found);
  }

  /** Returns the place of a caption file next to its image. */
  SampleIndex.Captions sideFile(String suffix, int length) {
    if (!suffixes.contains(suffix)) {
      suffixes.add(suffix);
    }
    int container = SampleIndex.OWN_FILE - suffixes.indexOf(suffix);
    return new SampleIndex.Captions(
        SampleIndex.Kind.TEXT, new SampleIndex.Place(container, 0, length));
  }

  /**
   * Returns the caption for an image without one: the configured text, else that of its folder.
   *
   * @param ofFolder caption of the image's folder; blank for none
   */
  Optional<SampleIndex.Captions> fallback(String ofFolder) {
    String text = caption.isEmpty() ? ofFolder : caption;
    if (text.isBlank()) {
      return Optional.empty();
    }
    int last = texts.size() - 1;
    if (last < 0 || !texts.get(last).equals(text)) {
      texts.add(text);
    }
    return Optional.of(
        new SampleIndex.Captions(
            SampleIndex.Kind.SHARED, new SampleIndex.Place(texts.size() - 1, 0, 0)));
  }

  /** Returns the path inside the data set, with slashes on every system. */
  String name(Path file) {
    return root.relativize(file).toString().replace(File.separatorChar, '/');
  }

  void skip(SkipReason reason, String name) {
    skips.add(reason, name);
  }

  void note(String text) {
    notes.add(text);
  }

  /** Adds a sample with valid captions, unless its image is unusable. */
  void add(
      String name,
      ImageSource source,
      SampleIndex.Place image,
      SampleIndex.Captions captions,
      int repeats) {
    ImageSize size;
    try {
      size = ImageFiles.size(source);
    } catch (ImageException e) {
      skip(SkipReason.BROKEN_IMAGE, name);
      return;
    }
    if ((long) size.width() * size.height() > MAX_PIXELS) {
      skip(SkipReason.BROKEN_IMAGE, name);
    } else {
      index.add(new SampleIndex.Sample(name, image, captions, size, repeats));
    }
  }
}
