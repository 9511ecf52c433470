package dev.sana4j.data;

import com.fasterxml.jackson.core.JacksonException;
import dev.sana4j.files.IoReason;
import dev.sana4j.image.ImageException;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.ImageSource;
import dev.sana4j.image.RgbImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Images with captions, in a folder or in webdataset shards, read in place.
 *
 * <p>Opening reads the captions and the heads of the images, and keeps less than a hundred bytes
 * per image. Unusable images are skipped and counted. No file stays open; thread-safe.
 */
public final class DataSet {
  private final Path root;
  private final List<Path> containers;
  private final SampleIndex index;
  private final Map<Integer, CsvColumns> columns;
  private final List<String> suffixes;
  private final List<String> texts;
  private final List<String> notes;
  private final SkipReport skipped;

  private DataSet(Path root, DataSetBuilder builder) {
    this.root = root;
    containers = List.copyOf(builder.containers());
    index = builder.index();
    columns = Map.copyOf(builder.columns());
    suffixes = List.copyOf(builder.suffixes());
    texts = List.copyOf(builder.texts());
    notes = List.copyOf(builder.notes());
    skipped = builder.skips().report();
  }

  /**
   * Opens a data set whose images all have their own captions.
   *
   * @param path the folder or shard
   * @return the data set
   * @throws DataException for the reasons of {@link #open(Path, String)}
   */
  public static DataSet open(Path path) {
    return open(path, "");
  }

  /**
   * Opens a data set, always in the same order.
   *
   * <ul>
   *   <li>A folder of images, including subfolders and linked folders. The content of a file
   *       decides whether it is an image. The captions are in a {@code metadata.jsonl} in any of
   *       the folders (one object per line: {@code file_name}, {@code image}, {@code file} or
   *       {@code path} relative to that file, and {@code captions}, {@code caption}, {@code text}
   *       or {@code prompt}, a text or a list of texts or of {@code {"text": ..., "score": ...}}),
   *       in a {@code metadata.csv} with such columns, or in a {@code .txt} or {@code .caption}
   *       file next to each image. If every image is in a folder directly in the data folder named
   *       {@code N_NAME}, images appear N times in an epoch, with NAME as their caption if they
   *       have none.
   *   <li>A {@code .tar} shard, or a folder of them: neighbouring members whose names agree up to
   *       the first dot are an image and its {@code .json} (with the same fields), {@code .txt} or
   *       {@code .caption}.
   * </ul>
   *
   * @param path the folder or shard
   * @param caption the caption of images without one; blank to skip them
   * @return the data set
   * @throws DataException if the path is neither, cannot be read, contains no captioned image, or
   *     is a folder with both shards and images
   */
  public static DataSet open(Path path, String caption) {
    Path root = path.toAbsolutePath().normalize();
    var builder = new DataSetBuilder(root, caption);
    try {
      if (Files.isDirectory(root)) {
        List<Path> shards = ShardIndexer.shards(root);
        if (shards.isEmpty()) {
          new FolderIndexer(root, builder).run();
        } else {
          requireNoImages(root, shards.get(0));
          new ShardIndexer(builder).run(shards);
        }
      } else if (Files.isRegularFile(root) && ShardIndexer.isShard(root)) {
        new ShardIndexer(builder).run(List.of(root));
        root = Objects.requireNonNull(root.getParent(), "a file is in a folder");
      } else {
        throw new DataException(
            path
                + " is not a data set; expected a folder of images, a .tar shard or a folder of"
                + " shards");
      }
    } catch (IOException e) {
      throw new DataException("the data set " + path + " cannot be read: " + IoReason.of(e), e);
    }
    if (builder.index().size() == 0) {
      throw empty(path, builder.skips().report());
    }
    return new DataSet(root, builder);
  }

  private static DataException empty(Path path, SkipReport skipped) {
    String remedy =
        skipped.count(SkipReason.NO_CAPTION) > 0
            ? "; write a .txt file next to each image, or set data.caption to one text for all"
            : "";
    return new DataException(
        "the data set " + path + " contains no captioned image; " + skipped + remedy);
  }

  /**
   * Throws if a folder with a shard also contains images, so that a stray shard does not hide them.
   */
  private static void requireNoImages(Path root, Path shard) throws IOException {
    Optional<Path> image = FolderEntries.firstImage(root);
    if (image.isPresent()) {
      throw new DataException(
          "the data set %s holds both shards (%s) and images (%s); move one kind to another folder"
              .formatted(root, root.relativize(shard), root.relativize(image.get())));
    }
  }

  /**
   * Returns the number of images.
   *
   * @return at least 1
   */
  public int size() {
    return index.size();
  }

  /**
   * Returns the name of an image.
   *
   * @param sample 0 to size - 1
   * @return the image file's path in the folder, with slashes; for shards, shard/member
   */
  public String key(int sample) {
    return index.name(check(sample));
  }

  /**
   * Returns the size of an image.
   *
   * @param sample 0 to size - 1
   * @return the size from the image's header when the data set was opened
   */
  public ImageSize size(int sample) {
    return index.size(check(sample));
  }

  /**
   * Reads an image.
   *
   * @param sample 0 to size - 1
   * @return the decoded image
   * @throws ImageException if the image is damaged after its header
   */
  public RgbImage image(int sample) {
    return ImageFiles.read(source(sample));
  }

  private ImageSource source(int sample) {
    SampleIndex.Place place = index.image(check(sample));
    String name = index.name(sample);
    return place.container() == SampleIndex.OWN_FILE
        ? ImageSource.of(root.resolve(name))
        : new FileSlice(containers.get(place.container()), place.offset(), place.length(), name);
  }

  /**
   * Reads the captions of an image.
   *
   * @param sample 0 to size - 1
   * @return at least one
   * @throws DataException if they can no longer be read
   */
  public List<Caption> captions(int sample) {
    SampleIndex.Place place = index.captions(check(sample));
    if (index.kind(sample) == SampleIndex.Kind.SHARED) {
      return List.of(Caption.of(texts.get(place.container())));
    }
    String name = index.name(sample);
    Path file =
        place.container() <= SampleIndex.OWN_FILE
            ? FolderIndexer.sideFile(
                root.resolve(name), suffixes.get(SampleIndex.OWN_FILE - place.container()))
            : containers.get(place.container());
    try {
      byte[] bytes = new FileSlice(file, place.offset(), place.length(), name).bytes();
      List<Caption> captions = captions(index.kind(sample), place.container(), bytes);
      if (captions.isEmpty()) {
        throw new IOException("the caption is gone");
      }
      return List.copyOf(captions);
    } catch (IOException e) {
      String reason =
          e instanceof JacksonException json ? json.getOriginalMessage() : e.getMessage();
      throw new DataException(
          "the captions of " + name + " in " + file + " cannot be read: " + reason, e);
    }
  }

  private List<Caption> captions(SampleIndex.Kind kind, int container, byte[] bytes)
      throws IOException {
    CsvColumns csv = columns.get(container);
    if (kind == SampleIndex.Kind.CSV && csv != null) {
      return CaptionParser.plain(csv.text(CsvColumns.fields(bytes)));
    }
    return kind == SampleIndex.Kind.JSON
        ? CaptionParser.json(CaptionParser.object(bytes))
        : CaptionParser.text(bytes);
  }

  /**
   * Returns how often an image appears in an epoch.
   *
   * @param sample 0 to size - 1
   * @return 1 to 1000
   */
  public int repeats(int sample) {
    return index.repeats(check(sample));
  }

  /**
   * Returns what was found out about the data set and may surprise.
   *
   * @return lines for the user, usually none
   */
  public List<String> notes() {
    return notes;
  }

  /**
   * Returns what was skipped.
   *
   * @return counts by reason, with the first few names
   */
  public SkipReport skipped() {
    return skipped;
  }

  /**
   * Returns a checksum that changes if images are added or removed, or change their names, places,
   * sizes, repeats, shared captions or captions' lengths.
   */
  long checksum() {
    var checksum = new CRC32C();
    for (String text : texts) {
      checksum.update((text + "\n").getBytes(StandardCharsets.UTF_8));
    }
    suffixes.stream()
        .skip(1)
        .forEach(suffix -> checksum.update(suffix.getBytes(StandardCharsets.UTF_8)));
    return index.checksum() ^ checksum.getValue();
  }

  private int check(int sample) {
    return Objects.checkIndex(sample, index.size());
  }
}
