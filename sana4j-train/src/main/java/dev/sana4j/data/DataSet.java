package dev.sana4j.data;

import com.fasterxml.jackson.core.JacksonException;
import dev.sana4j.image.ImageException;
import dev.sana4j.image.ImageFiles;
import dev.sana4j.image.ImageSize;
import dev.sana4j.image.ImageSource;
import dev.sana4j.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

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
  private final SkipReport skipped;

  private DataSet(Path root, List<Path> containers, SampleIndex index, SkipReport skipped) {
    this.root = root;
    this.containers = List.copyOf(containers);
    this.index = index;
    this.skipped = skipped;
  }

  /**
   * Opens a data set, always in the same order.
   *
   * <ul>
   *   <li>A folder of PNG, JPEG and WebP images, including subfolders. The captions are in a {@code
   *       metadata.jsonl} in any of the folders (one object per line: {@code file_name} relative to
   *       that file, and {@code text}, {@code caption} or {@code captions}, a list of texts or of
   *       {@code {"text": ..., "score": ...}}), or in a {@code .txt} file next to each image.
   *   <li>A {@code .tar} shard, or a folder of them: neighbouring members whose names agree up to
   *       the first dot are an image and its {@code .json} (with the same fields) or {@code .txt}.
   * </ul>
   *
   * @param path the folder or shard
   * @return the data set
   * @throws DataException if the path is neither, cannot be read, contains no captioned image, or
   *     is a folder with both shards and images
   */
  public static DataSet open(Path path) {
    Path root = path.toAbsolutePath().normalize();
    var builder = new DataSetBuilder(root);
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
                + " is not a data set; expected a folder of images, a .tar shard or a folder of shards");
      }
    } catch (IOException e) {
      throw new DataException("the data set " + path + " cannot be read: " + e.getMessage(), e);
    }
    SkipReport skipped = builder.skips().report();
    if (builder.index().size() == 0) {
      throw new DataException("the data set " + path + " contains no captioned image; " + skipped);
    }
    return new DataSet(root, builder.containers(), builder.index(), skipped);
  }

  /** One stray shard must not hide all images of a folder. */
  private static void requireNoImages(Path root, Path shard) throws IOException {
    Optional<Path> image = FolderIndexer.firstImage(root);
    if (image.isPresent()) {
      throw new DataException(
          "the data set %s holds both shards (%s) and images (%s); move one kind to another folder"
              .formatted(root, root.relativize(shard), root.relativize(image.get())));
    }
  }

  /**
   * How many images there are.
   *
   * @return at least 1
   */
  public int size() {
    return index.size();
  }

  /**
   * The name of an image.
   *
   * @param sample 0 to size - 1
   * @return the image file's path in the folder, with slashes; for shards, shard/member
   */
  public String key(int sample) {
    return index.name(check(sample));
  }

  /**
   * The size of an image.
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
   * @throws ImageException if the image is damaged further in than its head
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
   * @throws DataException if they cannot be read any more
   */
  public List<Caption> captions(int sample) {
    SampleIndex.Place place = index.captions(check(sample));
    String name = index.name(sample);
    Path file =
        place.container() == SampleIndex.OWN_FILE
            ? FolderIndexer.sidecar(root.resolve(name))
            : containers.get(place.container());
    try {
      byte[] bytes = new FileSlice(file, place.offset(), place.length(), name).bytes();
      List<Caption> captions =
          index.json(sample)
              ? CaptionParser.json(CaptionParser.object(bytes))
              : CaptionParser.text(bytes);
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

  /**
   * Returns what was skipped.
   *
   * @return counts by reason, with the first few names
   */
  public SkipReport skipped() {
    return skipped;
  }

  /** Changes when images come, go, or change their names, places, sizes or captions' lengths. */
  long checksum() {
    return index.checksum();
  }

  private int check(int sample) {
    return Objects.checkIndex(sample, index.size());
  }
}
