package dev.sana4j.data;

import dev.sana4j.image.ImageSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the samples of a folder of images, folder by folder and sorted by name. */
final class FolderIndexer {
  private static final long MAX_IMAGE_BYTES = 512L << 20;

  private final Path root;
  private final DataSetBuilder builder;
  private final FolderPaths paths;
  private final FolderLinks links;
  private final FolderRepeats repeats;

  FolderIndexer(Path root, DataSetBuilder builder) throws IOException {
    this.root = root;
    this.builder = builder;
    paths = new FolderPaths(root);
    links = new FolderLinks(root, builder);
    repeats = FolderRepeats.in(root);
  }

  void run() throws IOException {
    repeats.notes().forEach(builder::note);
    walk(new FolderLinks.Visit(root, 0, List.of(), FolderRepeats.ONCE));
    Optional<FolderLinks.Visit> link = links.next();
    while (link.isPresent()) {
      walk(link.get());
      link = links.next();
    }
  }

  /** Returns the caption file of an image. */
  static Path sideFile(Path image, String suffix) {
    return image.resolveSibling(FolderEntries.stem(FolderEntries.fileName(image)) + suffix);
  }

  /** Adds the samples of a folder and those below; links to folders are kept for later. */
  private void walk(FolderLinks.Visit visit) throws IOException {
    if (!links.enter(visit)) {
      return;
    }
    List<Path> entries = FolderEntries.of(visit.folder());
    var known = new ArrayList<>(visit.listed());
    for (Path metadata : MetadataFile.among(entries)) {
      known.add(
          MetadataFile.read(
              metadata,
              paths,
              builder,
              List.copyOf(known.subList(visit.listed().size(), known.size())),
              (image, captions) -> addImage(image, captions, visit.repeat())));
    }
    addFiles(entries, known, visit.repeat());
    for (Path entry : entries) {
      addFolder(entry, visit, known);
    }
  }

  private void addFolder(Path entry, FolderLinks.Visit above, List<long[]> known)
      throws IOException {
    FolderRepeats.Repeat repeat = above.depth() == 0 ? repeats.of(entry) : above.repeat();
    var visit = new FolderLinks.Visit(entry, above.depth() + 1, known, repeat);
    if (FolderEntries.isFolder(entry)) {
      walk(visit);
    } else if (Files.isDirectory(entry)) {
      links.add(visit);
    } else if (Files.isSymbolicLink(entry) && !Files.exists(entry)) {
      builder.skip(SkipReason.DEAD_LINK, builder.name(entry));
    }
  }

  private void addFiles(List<Path> entries, List<long[]> listed, FolderRepeats.Repeat repeat)
      throws IOException {
    var sideFiles = new SideFiles();
    entries.forEach(entry -> sideFiles.add(FolderEntries.fileName(entry)));
    for (Path entry : entries) {
      if (FolderEntries.isImage(entry)) {
        String name = builder.name(entry);
        Optional<String> suffix =
            sideFiles.suffix(FolderEntries.stem(FolderEntries.fileName(entry)));
        if (listed.stream().noneMatch(hashes -> NameHashes.contains(hashes, name))) {
          addWithText(entry, suffix, repeat);
        }
      }
    }
    sideFiles.unused().forEach(name -> builder.skip(SkipReason.SECOND_CAPTION, name));
    if (listed.isEmpty()) {
      sideFiles.withoutImage().forEach(name -> builder.skip(SkipReason.NO_IMAGE, name));
    }
  }

  private void addWithText(Path image, Optional<String> suffix, FolderRepeats.Repeat repeat)
      throws IOException {
    Path text = sideFile(image, suffix.orElse(""));
    Optional<SampleIndex.Captions> captions = Optional.empty();
    if (suffix.isPresent() && Files.isRegularFile(text)) {
      try {
        captions = captions(text, suffix.get());
      } catch (IOException e) {
        builder.skip(SkipReason.BROKEN_CAPTION, builder.name(image));
        return;
      }
    }
    addImage(image, captions, repeat);
  }

  /** Returns the place of a caption file, or empty if it is blank. */
  private Optional<SampleIndex.Captions> captions(Path text, String suffix) throws IOException {
    long length = Files.size(text);
    if (length > CaptionParser.MAX_BYTES) {
      throw new IOException("a long text");
    }
    return CaptionParser.text(Files.readAllBytes(text)).isEmpty()
        ? Optional.empty()
        : Optional.of(builder.sideFile(suffix, (int) length));
  }

  private void addImage(
      Path image, Optional<SampleIndex.Captions> captions, FolderRepeats.Repeat repeat)
      throws IOException {
    String name = builder.name(image);
    Optional<SampleIndex.Captions> found =
        captions.isPresent() ? captions : builder.fallback(repeat.caption());
    long length = Files.size(image);
    if (found.isEmpty()) {
      builder.skip(SkipReason.NO_CAPTION, name);
    } else if (length > MAX_IMAGE_BYTES) {
      builder.skip(SkipReason.BROKEN_IMAGE, name);
    } else {
      var place = new SampleIndex.Place(SampleIndex.OWN_FILE, 0, (int) length);
      builder.add(name, ImageSource.of(image), place, found.get(), repeat.count());
    }
  }
}
