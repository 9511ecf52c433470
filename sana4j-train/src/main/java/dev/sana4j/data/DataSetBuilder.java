package dev.sana4j.data;

import dev.sana4j.image.ImageException;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.ImageSource;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Collects the samples of a data set while it is opened. */
final class DataSetBuilder {
  /** Larger images are skipped: decoding takes 3 bytes per pixel, several times over. */
  private static final long MAX_PIXELS = 100_000_000;

  private final Path root;
  private final List<Path> containers = new ArrayList<>();
  private final SampleIndex index = new SampleIndex();
  private final SkipTally skips = new SkipTally();

  DataSetBuilder(Path root) {
    this.root = root;
  }

  List<Path> containers() {
    return containers;
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

  /** The path inside the data set, with slashes on every system. */
  String name(Path file) {
    return root.relativize(file).toString().replace(File.separatorChar, '/');
  }

  void skip(SkipReason reason, String name) {
    skips.add(reason, name);
  }

  /** Adds a sample whose captions are known to be good, unless its image is not. */
  void add(
      String name,
      ImageSource source,
      SampleIndex.Place image,
      SampleIndex.Place captions,
      boolean json) {
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
      index.add(new SampleIndex.Sample(name, image, captions, json, size));
    }
  }
}
