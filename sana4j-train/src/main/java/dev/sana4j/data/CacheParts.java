package dev.sana4j.data;

import dev.sana4j.image.ImageSize;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A cache that is built in parts, by several processes, and joined. The joined files are those that
 * one process writes, byte for byte, if all processes compute alike: parts have the batches of one
 * process.
 */
public final class CacheParts {
  private static final int BUFFER = 1 << 20;

  private CacheParts() {}

  /**
   * Divides a data set.
   *
   * @param data the data set
   * @param buckets target sizes of the images
   * @param batch images per batch of the encoder
   * @param images images per part; a part has the next multiple of the batch
   * @return at least one part
   */
  public static List<CachePart> divide(DataSet data, Buckets buckets, int batch, int images) {
    Map<ImageSize, int[]> order =
        BatchSampler.group(data.size(), sample -> buckets.closest(data.size(sample)));
    List<CachePart> parts = new ArrayList<>();
    int first = 0;
    int end = 0;
    for (int[] bucket : order.values()) {
      for (int done = 0; done < bucket.length; done += batch) {
        end += Math.min(batch, bucket.length - done);
        if (end - first >= images) {
          parts.add(new CachePart(first, end));
          first = end;
        }
      }
    }
    if (end > first) {
      parts.add(new CachePart(first, end));
    }
    return parts;
  }

  /**
   * Encodes a part into a folder.
   *
   * @param data images and captions
   * @param buckets target sizes of the images
   * @param settings settings of the cache; the folder is that of the part
   * @param images encodes images, without gradients
   * @param captions encodes captions, without gradients
   * @param part one of those that {@link #divide} returns for the same data and batch
   * @throws DataException if the folder contains something else, or the disk is full
   */
  public static void build(
      DataSet data,
      Buckets buckets,
      LatentCacheBuilder.Settings settings,
      ImageEncoder images,
      CaptionEncoder captions,
      CachePart part) {
    LatentCacheBuilder.buildPart(data, buckets, settings, images, captions, part);
  }

  /**
   * Joins parts to a finished cache.
   *
   * @param parts the folders of all parts, in their order
   * @param folder folder of the cache, without one
   * @throws DataException if a part is missing, unfinished or of another cache, or the disk is full
   */
  public static void join(List<Path> parts, Path folder) {
    try {
      Files.createDirectories(folder);
      if (CacheIndex.exists(folder)) {
        throw new DataException("there is a cache in " + folder + "; choose another folder");
      }
      List<CacheIndex> indices = parts.stream().map(CacheIndex::read).toList();
      CacheIndex joined = CacheIndexes.joined(indices);
      if (joined.done() != joined.total() || joined.samples() == 0) {
        throw new DataException(
            "the parts have %d of %d images, of which %d can be read; build the others"
                .formatted(joined.done(), joined.total(), joined.samples()));
      }
      try (var files = CacheFiles.open(folder, indices.get(0).emptied())) {
        CacheIndex before = indices.get(0).emptied();
        for (int i = 0; i < parts.size(); i++) {
          CacheFiles.check(parts.get(i), indices.get(i));
          append(parts.get(i), indices.get(i), before, files);
          before = CacheIndexes.joined(indices.subList(0, i + 1));
        }
        files.force();
      }
      joined.write(folder);
    } catch (IOException e) {
      throw new DataException(
          "the cache in " + folder + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static void append(Path part, CacheIndex index, CacheIndex before, CacheFiles files)
      throws IOException {
    for (String name : index.lengths().keySet()) {
      try (FileChannel channel = FileChannel.open(part.resolve(name), StandardOpenOption.READ)) {
        InputStream in = Channels.newInputStream(channel);
        byte[] bytes = in.readNBytes(rounded(name));
        while (bytes.length > 0) {
          ByteBuffer rows = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
          if (name.equals(CacheIndex.CAPTIONS)) {
            shift(rows, CacheIndex.CAPTION_BYTES, before.tokens(), 16, before.wordBytes());
          } else if (name.equals(CacheIndex.SAMPLES)) {
            shift(rows, CacheIndex.SAMPLE_BYTES, before.captions(), 8, before.wordBytes());
          }
          files.append(name, rows);
          bytes = in.readNBytes(rounded(name));
        }
      }
    }
  }

  /** Returns a number of bytes that has whole rows. */
  private static int rounded(String name) {
    int row = name.equals(CacheIndex.SAMPLES) ? CacheIndex.SAMPLE_BYTES : CacheIndex.CAPTION_BYTES;
    return BUFFER / row * row;
  }

  /** Adds to the position at the start of each row, and to the position of its words. */
  private static void shift(ByteBuffer rows, int rowBytes, long first, int wordsAt, long words) {
    for (int row = 0; row < rows.limit(); row += rowBytes) {
      rows.putLong(row, rows.getLong(row) + first);
      rows.putLong(row + wordsAt, rows.getLong(row + wordsAt) + words);
    }
  }
}
